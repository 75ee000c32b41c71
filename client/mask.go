package client

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
)

// Masked stands in a CallRecord for the value of a secret.
const Masked = "******"

// masked copies parameters with the values of secrets replaced. Empty values
// stay: that a password was sent empty is worth knowing.
func masked(params []api.Param) []api.Param {
	params = slices.Clone(params)
	for i := range params {
		if p := &params[i]; p.Value != "" && IsSecret(p.Name) {
			p.Value = Masked
		}
	}
	return params
}

// IsSecret reports whether a parameter of this name carries a secret: a
// password, user data (which often contains one), a token or key that grants
// access, a signature.
func IsSecret(name string) bool {
	name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	switch name {
	case "userdata", "signature", "securitytoken", "bearertoken", "privatekeybody", "authorization":
		return true
	case "passwordinherit": // a boolean
		return false
	}
	return strings.Contains(name, "password") || strings.Contains(name, "secret")
}

// withoutQuote cuts what the service quotes back when it refuses a signature:
// the signed text, which has every parameter and the security token in it.
func withoutQuote(code, message string) string {
	if code != "SignatureDoesNotMatch" && code != "IncompleteSignature" {
		return message
	}
	for _, mark := range []string{" server string to sign is:", " server StringToSign is"} {
		if before, _, ok := strings.Cut(message, mark); ok {
			return before
		}
	}
	return message
}

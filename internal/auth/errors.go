package auth

import (
	"net/http"

	"github.com/openecs/openecs/api"
)

// The gateway's own codes. They are refused before the action is looked at, so
// they carry their status with them. Texts are the real service's: the Go SDK
// and the CLI split the V1 mismatch at "server string to sign is:", and the
// Python SDK fails on a mismatch without a colon. Those marked inferred are
// ours, for want of a published one.
const (
	codeKeyNotFound      = api.CodeInvalidAccessKeyIdNotFound
	codeKeyInactive      = api.CodeInvalidAccessKeyIdInactive
	codeMismatch         = api.CodeSignatureDoesNotMatch
	codeIncomplete       = api.CodeIncompleteSignature
	codeTimeExpired      = api.CodeInvalidTimeStampExpired
	codeTimeFormat       = api.CodeInvalidTimeStampFormat
	codeNonceUsed        = api.CodeSignatureNonceUsed
	codeSignatureMethod  = api.CodeInvalidSignatureMethod
	codeSignatureVersion = api.CodeInvalidSignatureVersion // inferred
	codeSignatureType    = api.CodeInvalidSignatureType    // inferred
	codeTokenExpired     = api.CodeInvalidSecurityTokenExpired
	codeTokenMalformed   = api.CodeInvalidSecurityTokenMalformed
	codeTokenMismatch    = api.CodeInvalidSecurityTokenMismatchWithAccessKey
	codeBearer           = api.CodeInvalidBearerToken        // inferred
	codeBearerExpired    = api.CodeInvalidBearerTokenExpired // inferred
	codeUnavailable      = api.CodeServiceUnavailable
)

func refuse(status int, code, message string) error {
	return &api.Error{Code: code, Status: status, Message: message}
}

// errMissing is the answer to an absent common parameter.
func errMissing(param string) error {
	return refuse(http.StatusBadRequest, "Missing"+param, param+" is mandatory for this action.")
}

func errKeyNotFound() error {
	return refuse(http.StatusNotFound, codeKeyNotFound, "Specified access key is not found.")
}

func errKeyInactive() error {
	return refuse(http.StatusBadRequest, codeKeyInactive, "Specified access key is disabled.")
}

func errSignatureMethod() error {
	return refuse(http.StatusBadRequest, codeSignatureMethod, "Specified signature method is not valid.")
}

func errSignatureVersion() error {
	return refuse(http.StatusBadRequest, codeSignatureVersion, "Specified signature version is not valid.")
}

func errSignatureType() error {
	return refuse(http.StatusBadRequest, codeSignatureType, "Specified signature type is not valid.")
}

func errTimeExpired() error {
	return refuse(http.StatusBadRequest, codeTimeExpired, "Specified time stamp or date value is expired.")
}

func errTimeFormat() error {
	return refuse(http.StatusBadRequest, codeTimeFormat, "Specified time stamp or date value is not well formatted.")
}

func errNonceUsed() error {
	return refuse(http.StatusBadRequest, codeNonceUsed, "Specified signature nonce was used already.")
}

func errUnavailable() error {
	return refuse(http.StatusServiceUnavailable, codeUnavailable, "The request has failed due to a temporary failure of the server.")
}

// errIncomplete is the answer to a signature that cannot be read; detail, when
// there is any, says why.
func errIncomplete(detail string) error {
	message := "The request signature does not conform to Aliyun standards."
	if detail != "" {
		message += " " + detail
	}
	return refuse(http.StatusBadRequest, codeIncomplete, message)
}

func errMismatchV1(stringToSign []byte) error {
	return refuse(http.StatusBadRequest, codeMismatch,
		"Specified signature is not matched with our calculation. server string to sign is:"+string(stringToSign))
}

func errMismatchV3(stringToSign, canonical []byte) error {
	return refuse(http.StatusBadRequest, codeMismatch,
		"Specified signature does not match our calculation. server StringToSign is ["+string(stringToSign)+
			"] server CanonicalRequest is ["+string(canonical)+"]")
}

package engine

import (
	"fmt"
	"log/slog"
)

// Secret is text that never prints: every verb of fmt, encoding/json, text encodings and slog show
// "[secret]". The text is behind a pointer, so even a printer that looks into unexported fields
// finds an address only. The zero value is no secret, and shows as that.
type Secret struct{ text *string }

// NewSecret wraps text; empty text is no secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal is the text. Only what hands it to a machine calls this.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells that there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// String says whether there is a secret, never which.
func (s Secret) String() string {
	if s.text == nil {
		return "[no secret]"
	}
	return "[secret]"
}

// Format implements fmt.Formatter for all verbs.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText implements encoding.TextMarshaler, which encoding/json uses too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

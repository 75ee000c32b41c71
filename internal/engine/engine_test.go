package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretNeverPrints(t *testing.T) {
	type hidden struct{ password Secret }
	const text = "Hunter2!"
	m := Machine{Boot: Boot{Password: NewSecret(text)}}
	var out bytes.Buffer
	for _, v := range []any{m.Boot.Password, &m.Boot.Password, m, &m, hidden{m.Boot.Password}, []Secret{m.Boot.Password}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%t"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		if b, err := json.Marshal(v); err != nil {
			t.Error(err)
		} else {
			out.Write(b)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("made", "v", v)
		}
	}
	for _, leak := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprint([]byte(text))} {
		if i := strings.Index(out.String(), leak); i >= 0 {
			t.Errorf("leaked: …%s", out.String()[max(0, i-80):i+len(leak)])
		}
	}
	if got := fmt.Sprint(m.Boot.Password, Secret{}); got != "[secret] [no secret]" {
		t.Errorf("shown as %q", got)
	}
	if m.Boot.Password.Reveal() != text || NewSecret("") != (Secret{}) || !NewSecret("").IsZero() || (Secret{}).Reveal() != "" {
		t.Error("Reveal or the zero value is wrong")
	}
}

func TestRetry(t *testing.T) {
	for err, want := range map[error]bool{
		nil: false, ErrNotFound: false, ErrPermanent: false, ErrNoStock: false,
		ErrBusy: true, ErrUnreachable: true, fmt.Errorf("lost: %w", ErrUnreachable): true, t.Context().Err(): false,
		fmt.Errorf("disk: %w", ErrPermanent): false, fmt.Errorf("anything else"): true,
	} {
		if got := Retry(err); got != want {
			t.Errorf("Retry(%v) = %v", err, got)
		}
	}
}

func TestPowerString(t *testing.T) {
	if got := fmt.Sprint(Stopped, Starting, Running, Stopping, Power(9)); got != "stopped starting running stopping invalid" {
		t.Error(got)
	}
}

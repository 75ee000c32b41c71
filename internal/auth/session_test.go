package auth

import (
	"strings"
	"testing"
	"time"
)

// session signs a request with a temporary key and verifies it.
func session(t *testing.T, s *Sessions, v3 bool, c Credential) (Identity, error) {
	t.Helper()
	a := newAttempt(v3)
	a.cred = c
	v := &Verifier{Keys: testKeys, Sessions: s, Clock: func() time.Time { return noon }}
	return v.Verify(a.signed(t, v3))
}

func TestSessions(t *testing.T) {
	now := noon
	s := NewSessions([]byte("secret"), func() time.Time { return now })
	k := s.Issue(7, "acs:ram::7:assumed-role/deploy/run-1", "33537:run-1", noon.Add(time.Hour))
	other := s.Issue(8, "acs:ram::8:assumed-role/x/y1", "1:y1", noon.Add(time.Hour))
	good := Credential{ID: k.ID, Secret: k.Secret, Token: k.Token}
	if !strings.HasPrefix(k.ID, "STS.") || k.ID == other.ID || k.Secret == other.Secret {
		t.Errorf("keys %q and %q", k.ID, other.ID)
	}
	drawnElsewhere := NewSessions([]byte("another secret"), time.Now).Issue(7, "a", "p", noon.Add(time.Hour))
	changed := []byte(k.Token)
	changed[len(changed)/2] ^= 1

	for _, v3 := range []bool{false, true} {
		now = noon
		who, err := session(t, s, v3, good)
		if err != nil || who.Account != 7 || who.ARN != k.ARN || who.Principal != "33537:run-1" || who.KeyID != k.ID || !who.Temporary {
			t.Errorf("v3 %v: %+v, %v", v3, who, err)
		}
		if _, err := session(t, NewSessions([]byte("secret"), func() time.Time { return now }), v3, good); err != nil {
			t.Errorf("v3 %v: after a restart: %v", v3, err)
		}
		for name, c := range map[string]struct {
			cred Credential
			code string
			at   time.Time
		}{
			"no token":          {Credential{ID: k.ID, Secret: k.Secret}, "MissingSecurityToken", noon},
			"another's token":   {Credential{ID: k.ID, Secret: k.Secret, Token: other.Token}, codeTokenMismatch, noon},
			"changed token":     {Credential{ID: k.ID, Secret: k.Secret, Token: string(changed)}, codeTokenMalformed, noon},
			"short token":       {Credential{ID: k.ID, Secret: k.Secret, Token: "AAAA"}, codeTokenMalformed, noon},
			"long token":        {Credential{ID: k.ID, Secret: k.Secret, Token: strings.Repeat("A", maxToken+4)}, codeTokenMalformed, noon},
			"no base64":         {Credential{ID: k.ID, Secret: k.Secret, Token: "~~~"}, codeTokenMalformed, noon},
			"another's secret":  {Credential{ID: k.ID, Secret: other.Secret, Token: k.Token}, codeMismatch, noon},
			"an id we drew not": {Credential{ID: drawnElsewhere.ID, Secret: drawnElsewhere.Secret, Token: drawnElsewhere.Token}, codeKeyNotFound, noon},
			"no id":             {Credential{ID: "STS.", Secret: k.Secret, Token: k.Token}, codeKeyNotFound, noon},
			"the last instant":  {good, "ok", k.Expires.Add(-time.Nanosecond)},
			"past its end":      {good, codeTokenExpired, k.Expires},
		} {
			now = c.at
			if _, err := session(t, s, v3, c.cred); codeOf(err) != c.code {
				t.Errorf("v3 %v, %s: %v, want %q", v3, name, err, c.code)
			}
		}
	}
}

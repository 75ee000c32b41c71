package oss_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/oss/osstest"
)

func client(t *testing.T, endpoint, secret string) *oss.Client {
	t.Helper()
	c, err := oss.New(endpoint, osstest.KeyID, secret, clock.Real().Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSign is the example in the documentation of the V1 signature, without its
// x-oss- headers, computed with openssl.
func TestSign(t *testing.T) {
	h := http.Header{}
	h.Set("Content-MD5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=")
	h.Set("Content-Type", "text/html")
	h.Set("Date", "Thu, 17 Nov 2005 18:49:58 GMT")
	if got := oss.Sign("OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", "PUT", h, "oss-example", "nelson"); got != "XfDIapCyHttdc2xIv/72C4BAuEs=" {
		t.Errorf("%s", got)
	}
}

func TestObjects(t *testing.T) {
	s := osstest.New("images")
	defer s.Close()
	ctx, c := context.Background(), client(t, s.URL, osstest.KeySecret)
	if err := c.Put(ctx, "images", "a/b c.raw", []byte("content")); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Head(ctx, "images", "a/b c.raw"); err != nil || n != 7 {
		t.Errorf("%d %v", n, err)
	}
	if b, err := c.Get(ctx, "images", "a/b c.raw", 7); err != nil || string(b) != "content" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := c.Get(ctx, "images", "a/b c.raw", 6); err == nil {
		t.Error("more than was asked for is read")
	}
	for _, name := range [][2]string{{"images", "none"}, {"none", "a/b c.raw"}} {
		if _, err := c.Head(ctx, name[0], name[1]); !errors.Is(err, oss.ErrNotFound) {
			t.Errorf("%v: %v", name, err)
		}
	}
	if _, err := client(t, s.URL, "wrong").Head(ctx, "images", "a/b c.raw"); !errors.Is(err, oss.ErrDenied) {
		t.Errorf("%v", err)
	}
	s.Down(true)
	if _, err := c.Head(ctx, "images", "a/b c.raw"); err == nil || errors.Is(err, oss.ErrNotFound) || errors.Is(err, oss.ErrDenied) {
		t.Errorf("%v", err)
	}
	s.Close()
	if _, err := c.Head(ctx, "images", "a/b c.raw"); err == nil || errors.Is(err, oss.ErrNotFound) || errors.Is(err, oss.ErrDenied) {
		t.Errorf("%v", err)
	}
}

// TestNoRedirect: a store that sends elsewhere is not followed.
func TestNoRedirect(t *testing.T) {
	s := osstest.New("images")
	defer s.Close()
	s.Set("images", "x", []byte("x"))
	target := s.URL
	away := http.RedirectHandler(target+"/images/x", http.StatusTemporaryRedirect)
	other := osstest.New()
	defer other.Close()
	other.Config.Handler = away
	if _, err := client(t, other.URL, osstest.KeySecret).Head(context.Background(), "images", "x"); err == nil {
		t.Error("the redirect is followed")
	}
}

func TestEndpointsAndKeys(t *testing.T) {
	for _, bad := range []string{"", "127.0.0.1:80", "ftp://x", "http://", "http://x/path", "http://x?y", "http://u:p@x"} {
		if _, err := oss.New(bad, "id", "secret", clock.Real().Now); err == nil {
			t.Errorf("%q is an endpoint", bad)
		}
	}
	if _, err := oss.New("http://x", "", "secret", clock.Real().Now); err == nil {
		t.Error("no access key")
	}
	file := filepath.Join(t.TempDir(), "key")
	for content, good := range map[string]bool{"id secret\n": true, "id\nsecret": true, "id": false, "": false, "a b c": false} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		id, secret, err := oss.ReadKey(file)
		if good != (err == nil) || good && (id != "id" || secret != "secret") {
			t.Errorf("%q: %s %s %v", content, id, secret, err)
		}
	}
	if _, _, err := oss.ReadKey(file + "none"); err == nil {
		t.Error("a file that is not there")
	}
}

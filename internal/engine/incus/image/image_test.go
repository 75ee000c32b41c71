package image_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os/exec"
	"testing"

	"github.com/openecs/openecs/internal/engine/incus/image"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

func TestBuild(t *testing.T) {
	incustest.Need(t)
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := image.Build(w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() > 8<<20 {
		t.Errorf("two builds differ, or are large: %d and %d bytes", a.Len(), b.Len())
	}
	z, err := gzip.NewReader(&a)
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]bool{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if has[h.Name] {
			t.Errorf("%s is there twice", h.Name)
		}
		has[h.Name] = true
	}
	for _, want := range []string{"metadata.yaml", "templates/hostname.tpl", "rootfs/sbin/init", "rootfs/bin/busybox", "rootfs/bin/sh", "rootfs/usr/sbin/dropbear", "rootfs/proc/", "rootfs/root/.ssh/"} {
		if !has[want] {
			t.Errorf("%s is missing", want)
		}
	}
}

// The scripts of the image are scripts.
func TestInitParses(t *testing.T) {
	if out, err := exec.Command("sh", "-n", "rootfs/sbin/init").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
}

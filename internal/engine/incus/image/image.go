// Package image makes the small test image of OpenECS: busybox and dropbear in
// an Incus image of a few megabytes, built in seconds from what the machine
// has. Instances of it take host name, key, password, address and user data
// from templates that Incus fills in at every start.
//
// Layer 9, beside the Incus engine; the command line builds images with it.
package image

import (
	"archive/tar"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

//go:embed rootfs templates
var files embed.FS

// The programs the image is made of, looked up where Debian's busybox-static and
// dropbear-bin put them. Busybox must be linked statically.
const (
	busybox  = "busybox"
	dropbear = "dropbear"
)

// architectures are Incus' names for Go's.
var architectures = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

// Build writes the image as a unified tarball, for this machine's architecture.
// The same programs make the same bytes.
func Build(w io.Writer) error {
	arch, ok := architectures[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("no image is made for %s: only for x86_64 and aarch64", runtime.GOARCH)
	}
	box, err := find(busybox, "busybox-static")
	if err != nil {
		return err
	}
	ssh, err := find(dropbear, "dropbear-bin")
	if err != nil {
		return err
	}
	z := gzip.NewWriter(w)
	t := &tarball{w: tar.NewWriter(z), dirs: map[string]bool{}}
	t.text("metadata.yaml", fmt.Sprintf(metadata, arch))
	t.embedded("templates", "templates")
	t.embedded("rootfs", "rootfs")
	if err := t.busybox(box); err != nil {
		return err
	}
	libraries, err := ldd(ssh)
	if err != nil {
		return err
	}
	t.copy("rootfs/usr/sbin/dropbear", ssh)
	for _, lib := range libraries {
		t.copy(path.Join("rootfs", lib), lib)
	}
	for _, dir := range []string{"dev", "etc/dropbear", "proc", "root/.ssh", "run", "sys", "tmp", "var/lib/openecs", "var/log"} {
		t.dir(path.Join("rootfs", dir))
	}
	for _, close := range []func() error{t.w.Close, z.Close} {
		if err := close(); t.err == nil {
			t.err = err
		}
	}
	return t.err
}

// metadata describes the image and its templates to Incus; %s is the architecture.
const metadata = `architecture: %s
creation_date: 1735689600
properties: {os: OpenECS, release: small, description: "OpenECS small test image (busybox, dropbear)"}
templates:
  /etc/hostname: {when: [create, copy, start], template: hostname.tpl}
  /etc/shadow: {when: [create, copy, start], template: shadow.tpl}
  /etc/openecs/instance-id: {when: [create, copy, start], template: instance-id.tpl}
  /etc/openecs/network: {when: [create, copy, start], template: network.tpl}
  /etc/openecs/user-data: {when: [create, copy, start], template: user-data.tpl}
  /root/.ssh/authorized_keys: {when: [create, copy, start], template: authorized-keys.tpl}
`

func find(program, pkg string) (string, error) {
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/bin", "/usr/bin", "/sbin", "/usr/sbin") {
		if p := filepath.Join(dir, program); isFile(p) {
			return p, nil
		}
	}
	return "", fmt.Errorf("there is no %s to build the image from: apt-get install %s", program, pkg)
}

func isFile(p string) bool {
	i, err := os.Stat(p)
	return err == nil && i.Mode().IsRegular()
}

// ldd is the shared libraries of a program, the loader among them.
func ldd(program string) (libs []string, err error) {
	out, err := exec.Command("ldd", program).Output()
	if err != nil {
		return nil, fmt.Errorf("the libraries of %s cannot be told: %w", program, err)
	}
	for line := range strings.Lines(string(out)) {
		for word := range strings.FieldsSeq(line) {
			if strings.HasPrefix(word, "/") {
				libs = append(libs, word)
			}
		}
	}
	slices.Sort(libs)
	return slices.Compact(libs), nil
}

// tarball is an archive in the making, with its first error.
type tarball struct {
	w    *tar.Writer
	dirs map[string]bool
	err  error
}

func (t *tarball) add(h *tar.Header, r io.Reader) {
	if h.Typeflag != tar.TypeDir {
		t.dir(path.Dir(h.Name))
	}
	if t.err == nil {
		t.err = t.w.WriteHeader(h)
	}
	if t.err == nil && r != nil {
		_, t.err = io.Copy(t.w, r)
	}
}

// dir adds a directory and those above it, once.
func (t *tarball) dir(name string) {
	if name == "." || t.dirs[name] {
		return
	}
	t.dir(path.Dir(name))
	t.dirs[name] = true
	mode := int64(0o755)
	switch path.Base(name) {
	case "tmp":
		mode = 0o1777
	case ".ssh", "root":
		mode = 0o700
	}
	t.add(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode}, nil)
}

func (t *tarball) text(name, text string) {
	mode := int64(0o644)
	if strings.HasPrefix(text, "#!") {
		mode = 0o755
	}
	t.add(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(text))}, strings.NewReader(text))
}

// embedded adds what is in this program under a directory.
func (t *tarball) embedded(dir, as string) {
	entries, err := files.ReadDir(dir)
	if t.err == nil {
		t.err = err
	}
	for _, e := range entries {
		from, to := path.Join(dir, e.Name()), path.Join(as, e.Name())
		if e.IsDir() {
			t.embedded(from, to)
			continue
		}
		b, err := files.ReadFile(from)
		if t.err == nil {
			t.err = err
		}
		t.text(to, string(b))
	}
}

// copy adds a program of this machine, following links.
func (t *tarball) copy(name, from string) {
	if t.err != nil {
		return
	}
	f, err := os.Open(from)
	if err != nil {
		t.err = err
		return
	}
	defer f.Close()
	i, err := f.Stat()
	if err != nil {
		t.err = err
		return
	}
	t.add(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: i.Size()}, f)
}

// busybox adds it with a link for each of its applets.
func (t *tarball) busybox(from string) error {
	out, err := exec.Command(from, "--list").Output()
	if err != nil {
		return fmt.Errorf("%s does not list what it can do: %w", from, err)
	}
	if exec.Command("ldd", from).Run() == nil {
		return fmt.Errorf("%s is not linked statically: apt-get install busybox-static", from)
	}
	t.copy("rootfs/bin/busybox", from)
	for applet := range strings.FieldsSeq(string(out)) {
		if applet == busybox || applet == "init" {
			continue
		}
		t.add(&tar.Header{Typeflag: tar.TypeSymlink, Name: "rootfs/bin/" + applet, Linkname: busybox, Mode: 0o777}, nil)
	}
	return nil
}

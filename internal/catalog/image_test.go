package catalog

import "testing"

func TestFit(t *testing.T) {
	x86, arm := &Family{Architecture: "X86"}, &Family{Architecture: "ARM"}
	linux := Image{OSType: "linux", Architecture: "x86_64", IOOptimized: true}
	with := func(change func(*Image)) *Image { i := linux; change(&i); return &i }
	for _, c := range []struct {
		what  string
		image *Image
		typ   Type
		want  Fit
	}{
		{"Linux", &linux, Type{Family: x86, MemoryGiB: 8, IOOptimized: IORequired}, Fits},
		{"x86 image, ARM type", &linux, Type{Family: arm, MemoryGiB: 8}, MisArchitecture},
		{"ARM image, x86 type", with(func(i *Image) { i.Architecture = "arm64" }), Type{Family: x86, MemoryGiB: 8}, MisArchitecture},
		{"ARM image, ARM type", with(func(i *Image) { i.Architecture = "arm64" }), Type{Family: arm, MemoryGiB: 8}, Fits},
		{"32 bit, 4 GiB", with(func(i *Image) { i.Architecture = "i386" }), Type{Family: x86, MemoryGiB: 4}, MisMemory},
		{"32 bit, 2 GiB", with(func(i *Image) { i.Architecture = "i386" }), Type{Family: x86, MemoryGiB: 2}, Fits},
		{"Windows, 512 MiB", with(func(i *Image) { i.OSType = "windows" }), Type{Family: x86, MemoryGiB: 0.5}, MisMemory},
		{"Windows, 1 GiB", with(func(i *Image) { i.OSType = "windows" }), Type{Family: x86, MemoryGiB: 1}, Fits},
		{"must be I/O optimized", with(func(i *Image) { i.IOOptimized = false }), Type{Family: x86, MemoryGiB: 8, IOOptimized: IORequired}, MisIO},
		{"may be I/O optimized", with(func(i *Image) { i.IOOptimized = false }), Type{Family: x86, MemoryGiB: 8, IOOptimized: IOOptional}, Fits},
	} {
		if got := c.image.Fit(&c.typ); got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
}

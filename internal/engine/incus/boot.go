package incus

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/openecs/openecs/internal/engine"
)

// bootConfig is what takes effect at a boot: limits, and what the guest is told of
// itself. Templates of an image read user.openecs.*, see package image; cloud-init
// reads its own. Both are always there, so any image finds its own.
func (h *Host) bootConfig(b *engine.Boot) map[string]string {
	c := map[string]string{
		"limits.cpu": "", "limits.memory": "", keyType: b.Size.Type, keyVCPUs: "", keyMemory: "",
		"user.openecs.hostname":        b.Hostname,
		"user.openecs.authorized-keys": strings.Join(b.AuthorizedKeys, "\n"),
		"user.openecs.password-hash":   "",
		"user.openecs.user-data":       base64.StdEncoding.EncodeToString(b.UserData),
		"cloud-init.user-data":         "",
	}
	if b.Size.VCPUs > 0 {
		c["limits.cpu"], c[keyVCPUs] = decimal(b.Size.VCPUs), decimal(b.Size.VCPUs)
	}
	if b.Size.MemoryMiB > 0 {
		c["limits.memory"], c[keyMemory] = decimal(b.Size.MemoryMiB)+"MiB", decimal(b.Size.MemoryMiB)
	}
	if utf8.Valid(b.UserData) {
		c["cloud-init.user-data"] = string(b.UserData)
	}
	cloud := map[string]any{
		"hostname": b.Hostname, "preserve_hostname": false, "disable_root": false, "ssh_authorized_keys": append([]string{}, b.AuthorizedKeys...),
	}
	if !b.Password.IsZero() {
		hash := hashPassword(b.Password.Reveal())
		c["user.openecs.password-hash"] = hash
		cloud["ssh_pwauth"] = true
		cloud["chpasswd"] = map[string]any{"expire": false, "users": []map[string]string{{"name": "root", "password": hash}}}
	}
	text, _ := json.Marshal(cloud) // YAML has JSON in it; strings always marshal
	c["cloud-init.vendor-data"] = "#cloud-config\n" + string(text) + "\n"
	return c
}

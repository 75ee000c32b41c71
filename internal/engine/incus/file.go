package incus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	incus "github.com/lxc/incus/v6/client"
	"github.com/lxc/incus/v6/shared/api"

	"github.com/openecs/openecs/internal/engine"
)

// user is one of a machine's users.
type user struct {
	name, home string
	uid, gid   uint32
}

// user looks a name up in the machine; "" is the administrator.
func (h *Host) user(ctx context.Context, machine, name string) (user, error) {
	if name == "" || name == "root" {
		return user{name: "root", home: "/root"}, nil
	}
	row, err := h.row(ctx, machine, "/etc/passwd", name)
	if err != nil {
		return user{}, err
	}
	if len(row) < 6 {
		return user{}, fmt.Errorf("%w: %s", engine.ErrNoUser, name)
	}
	return user{name: name, home: row[5], uid: uint32(number(row[2])), gid: uint32(number(row[3]))}, nil
}

// row is a line of a table such as /etc/passwd, nil if there is none.
func (h *Host) row(ctx context.Context, machine, file, name string) (row []string, err error) {
	err = h.with(ctx, func(c incus.InstanceServer) error {
		r, _, err := c.GetInstanceFile(machine, file)
		if api.StatusErrorCheck(err, http.StatusNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		for line := range strings.Lines(string(b)) {
			if f := strings.Split(strings.TrimSpace(line), ":"); f[0] == name {
				row = f
			}
		}
		return err
	})
	return row, err
}

// kindOf is what is at a path: "file", "directory", "symlink", or "" for nothing.
func (h *Host) kindOf(ctx context.Context, machine, at string) (kind string, err error) {
	err = h.with(ctx, func(c incus.InstanceServer) error {
		r, is, err := c.GetInstanceFile(machine, at)
		if err != nil {
			if api.StatusErrorCheck(err, http.StatusNotFound) || strings.Contains(err.Error(), "not a directory") {
				return nil
			}
			return err
		}
		if r != nil {
			r.Close()
		}
		kind = is.Type
		return nil
	})
	return kind, err
}

// WriteFile implements engine.Executor.
func (h *Host) WriteFile(ctx context.Context, m *engine.Machine, f *engine.File) error {
	i, err := h.inside(ctx, m.ID)
	if err != nil {
		return err
	}
	u, err := h.user(ctx, i.Name, f.Owner)
	if err != nil {
		return err
	}
	gid := u.gid
	if f.Group != "" && f.Group != "root" {
		row, err := h.row(ctx, i.Name, "/etc/group", f.Group)
		if err != nil {
			return err
		}
		if len(row) < 3 {
			return fmt.Errorf("%w: %s", engine.ErrNoGroup, f.Group)
		}
		gid = uint32(number(row[2]))
	}
	at := path.Clean("/" + f.Path)
	switch is, err := h.kindOf(ctx, i.Name, at); {
	case err != nil:
		return err
	case is == "directory":
		return fmt.Errorf("%w: %s is a directory", engine.ErrBadPath, at)
	case is != "" && !f.Overwrite:
		return fmt.Errorf("%w: %s", engine.ErrFileExists, at)
	case is == "":
		if err := h.directories(ctx, i.Name, path.Dir(at)); err != nil {
			return err
		}
	}
	return h.with(ctx, func(c incus.InstanceServer) error {
		return c.CreateInstanceFile(i.Name, at, incus.InstanceFileArgs{
			Content: bytes.NewReader(f.Data), UID: int64(u.uid), GID: int64(gid), Mode: int(f.Mode), Type: "file", WriteMode: "overwrite",
		})
	})
}

// directories makes a directory and those above it.
func (h *Host) directories(ctx context.Context, machine, at string) error {
	if at == "/" {
		return nil
	}
	switch is, err := h.kindOf(ctx, machine, at); {
	case err != nil:
		return err
	case is == "directory", is == "symlink":
		return nil
	case is != "":
		return fmt.Errorf("%w: %s is a %s", engine.ErrBadPath, at, is)
	}
	if err := h.directories(ctx, machine, path.Dir(at)); err != nil {
		return err
	}
	return h.with(ctx, func(c incus.InstanceServer) error {
		return c.CreateInstanceFile(machine, at, incus.InstanceFileArgs{Type: "directory", Mode: 0o755})
	})
}

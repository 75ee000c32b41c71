package action

import "github.com/openecs/openecs/api"

// Mux finds the handler of an action. It is built once and then only read.
type Mux struct {
	bound map[*api.ActionInfo]func(*Call) (api.Response, error)
}

// NewMux joins groups. An action bound twice stops the program: that is a
// mistake of ours, not of a caller.
func NewMux(groups ...Group) *Mux {
	m := &Mux{bound: map[*api.ActionInfo]func(*Call) (api.Response, error){}}
	for _, g := range groups {
		for _, b := range g {
			if m.bound[b.Info] != nil {
				panic("action: bound twice: " + b.Info.Product + " " + b.Info.Name)
			}
			m.bound[b.Info] = b.Call
		}
	}
	return m
}

// Find tells what a request's Version and Action name. An unknown version is
// 400 InvalidVersion, an unknown action 404 InvalidAction.NotFound. VPC and EIP names that clients call on the ECS
// version find the VPC action.
func (m *Mux) Find(version, name string) (*api.ActionInfo, error) {
	info, ok := api.Lookup(version, name)
	if !ok && !api.KnownVersion(version) {
		return nil, api.Errorf(api.CodeInvalidVersion, "Specified parameter Version is not valid.")
	}
	if !ok {
		return nil, api.Errorf(api.CodeInvalidActionNotFound, "Specified api is not found, please check your url and method.")
	}
	return info, nil
}

// Do runs the action that c.Info names. An action that is known but not built
// is refused with a code of its own, never with 404, which clients read as
// "the resource is gone", and only after its parameters were checked.
func (m *Mux) Do(c *Call) (api.Response, error) {
	info := c.Info
	if info.Alias != nil {
		info = info.Alias
	}
	if call := m.bound[info]; call != nil {
		return call(c)
	}
	if c.Info.New != nil {
		if err := c.Info.New().Decode(c.Params); err != nil {
			return nil, err
		}
	}
	return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented,
		"OpenECS knows the action %s of %s but does not support it yet.", c.Info.Name, c.Info.Product)
}

// Supports reports whether the action works.
func (m *Mux) Supports(info *api.ActionInfo) bool {
	if info.Alias != nil {
		info = info.Alias
	}
	return m.bound[info] != nil
}

package keypair

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// maxInstances is how many instances one request attaches to or detaches from.
const maxInstances = 50

// maxList is how long a list may be to be read at all.
const maxList = 1000

// list reads a JSON array of strings; each is taken once.
func list(value string) ([]string, error) {
	all, err := action.Strings("", value, maxList)
	if err != nil {
		return nil, err
	}
	once := make([]string, 0, len(all))
	for _, s := range all {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once, nil
}

// instanceIDs reads InstanceIds.
func instanceIDs(value string) ([]string, error) {
	ids, err := list(value)
	if err != nil || len(ids) == 0 || len(ids) > maxInstances {
		return nil, api.Errorf(api.CodeInvalidInstanceIdsValueNotSupported, `The specified parameter "InstanceIds" is not valid.`)
	}
	return ids, nil
}

// instance finds an instance whose key pair can be changed: an I/O optimized
// one of Linux that is Running or Stopped.
func (s *Service) instance(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Instance, error) {
	k, r, err := action.Instance(c, v, id)
	if err != nil {
		return 0, nil, err
	}
	if image, ok := s.Catalog.Image(v.Str(r.Image)); ok && image.OSType == "windows" {
		return 0, nil, api.Errorf(api.CodeDependencyViolationWindowsInstance, "The instance creating is windows, cannot use ssh key pair to login.")
	}
	if !r.Flags.Has(ecs.IOOptimized) {
		return 0, nil, api.Errorf(api.CodeDependencyViolationIoOptimize, "The specified instance is not I/O optimized.")
	}
	if st := r.Status(); r.Want.Deleted || st != ecs.Running && st != ecs.Stopped {
		return 0, nil, api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.")
	}
	if r.Locks&ecs.LockSecurity != 0 {
		return 0, nil, api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.")
	}
	return k, r, nil
}

// result is what came of one instance; a nil error is success.
type result struct {
	id  string
	err error
}

// show is a result as these actions answer it: texts, all of them.
func (r result) show() (code, message, success string) {
	if r.err == nil {
		return "200", "successful", "true"
	}
	e, ok := r.err.(*api.Error)
	if !ok {
		e = api.Errorf(api.CodeInternalError, "The request processing has failed due to some unknown error.")
	}
	return e.Code, e.Message, "false"
}

func counts(results []result) (total, failed string) {
	n := 0
	for _, r := range results {
		if r.err != nil {
			n++
		}
	}
	return strconv.Itoa(len(results)), strconv.Itoa(n)
}

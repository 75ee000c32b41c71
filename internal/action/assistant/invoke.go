package assistant

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// maxTargets is how many instances a command runs on at once.
const maxTargets = 100

// how is what RunCommand and InvokeCommand say of running a command.
type how struct {
	action, token                                          string
	instances                                              []string
	resourceTags, tags                                     []api.Tag
	parameters                                             api.RawJSON
	mode, frequency, user, password, termination, launcher string
	container, containerName, delivery, group              string
}

// plan is an invocation that has been checked.
type plan struct {
	rec     ecs.Invocation
	targets []ecs.Key
	tags    []api.Tag
	next    time.Time // of RepeatPeriod
	dry     bool
}

// plan checks how a command is to be run. limit is how long it may be.
func (s *Service) plan(c *action.Call, v state.View, cmd *ecs.Command, h *how, limit int) (*plan, error) {
	p := &plan{tags: h.tags, rec: ecs.Invocation{
		Account: c.Caller.Account, Name: cmd.Name, Description: cmd.Description, Type: cmd.Type, Content: cmd.Content, EnableParameter: cmd.EnableParameter,
		Dir: cmd.Dir, Timeout: cmd.Timeout, User: strings.Clone(h.user), Frequency: strings.Clone(h.frequency),
	}}
	for _, check := range []func() error{
		func() error { return checkToken(h.token) },
		func() error { return checkTags(h.tags) },
		func() error { return checkGroup(c, v, h.group) },
		func() error { return p.how(h) },
		func() error { return p.when(c, h) },
		func() error { return p.fill(h.parameters, cmd, limit) },
		func() error { return s.targets(c, v, p, h) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// how checks as whom, and where in an instance.
func (p *plan) how(h *how) error {
	switch {
	case h.container != "" || h.containerName != "":
		return notBuilt("running commands in containers")
	case h.delivery != "":
		return notBuilt("the delivery of output to OSS")
	case len(h.launcher) > 1024:
		return api.Errorf(api.CodeInvalidLauncherLengthLimitExceeded, "The length of the parameter Launcher exceeds the limit of 1 KB characters.")
	case h.launcher != "":
		return notBuilt("launchers of scripts")
	case utf8.RuneCountInString(h.user) > 255:
		return api.Errorf(api.CodeUsernameExceedLimit, "The length of the username exceeds the upper limit.")
	case utf8.RuneCountInString(h.password) > 255:
		return api.Errorf(api.CodeWindowsPasswordNameExceedLimit, "The length of the WindowsPasswordName exceeds the upper limit.")
	case h.password != "":
		return notBuilt("passwords of Parameter Store")
	}
	switch h.termination {
	case "", "ProcessTree":
	case "Process":
		p.rec.Process = true
	default:
		return api.Errorf(api.CodeInvalidTerminationModeNotFound, "The specified parameter TerminationMode does not exist.")
	}
	return nil
}

// when checks the repeat mode: a frequency makes it Period.
func (p *plan) when(c *action.Call, h *how) error {
	if h.mode == "DryRun" {
		p.dry = true
	} else if h.mode != "" {
		m, ok := ecs.ParseRepeatMode(h.mode)
		if !ok {
			return api.Errorf(api.CodeInvalidRepeatModeNotFound, "The specified repeat mode does not exist.")
		}
		p.rec.Mode = m
	}
	if h.frequency == "" {
		if p.rec.Mode == ecs.RepeatPeriod {
			return api.Errorf(api.CodeMissingParamFrequency, "The frequency must be specified when you create a timed task.")
		}
		return nil
	}
	if !p.dry {
		p.rec.Mode = ecs.RepeatPeriod
	}
	f, err := ecs.ParseFrequency(h.frequency)
	if errors.Is(err, ecs.ErrFrequencyUnsupported) {
		return notBuilt("the letters L, W and # in cron expressions")
	}
	invalid := api.Errorf(api.CodeInvalidParamFrequency, "The specified frequency is invalid.")
	if err != nil || f.Interval() > 0 && f.Interval() <= time.Duration(p.rec.Timeout)*time.Second {
		return invalid
	}
	var more bool
	if p.next, more = f.Next(c.Now, c.Now); !more {
		return invalid
	}
	return nil
}

// fill checks the values of the custom parameters.
func (p *plan) fill(text api.RawJSON, cmd *ecs.Command, limit int) error {
	if strings.TrimSpace(string(text)) == "" {
		return nil
	}
	if !utf8.ValidString(string(text)) {
		return api.Errorf(api.CodeInvalidParameterCharsetParameters, "The parameter Parameters contains illegal charset.")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return api.Errorf(api.CodeInvalidParameterParameters, "The specified parameter Parameters is not valid.")
	}
	known := custom(cmd.Content)
	size := len(cmd.Content)
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		var value any
		if err != nil || !ok || d.Decode(&value) != nil {
			return api.Errorf(api.CodeInvalidParameterParameters, "The specified parameter Parameters is not valid.")
		}
		text, ok := "", true
		switch v := value.(type) {
		case string:
			text = v
		case json.Number:
			text = v.String()
		case bool:
			text = map[bool]string{true: "true", false: "false"}[v]
		default:
			ok = false
		}
		same := func(n string) func(ecs.Parameter) bool {
			return func(q ecs.Parameter) bool { return strings.EqualFold(q.Name, n) }
		}
		switch {
		case !ok:
			return api.Errorf(api.CodeParameterTypeNotSupported, "The type of parameter value is not supported.")
		case !cmd.EnableParameter:
			return api.Errorf(api.CodeParameterDisabled, "Parameters cannot be passed in when the command customization function is disabled.")
		case len(name) > 64 || name == "":
			return api.Errorf(api.CodeParameterKeyExceedLimit, "The maximum length of a parameter name is exceeded.")
		case containsFunc(p.rec.Parameters, same(name)):
			return api.Errorf(api.CodeParameterKeyDuplicate, "Parameter names cannot be duplicated.")
		case !containsFunc(known, func(n string) bool { return strings.EqualFold(n, name) }):
			return api.Errorf(api.CodeParameterNotMatched, "The passed-in parameters do not match the parameters defined when you created the command.")
		}
		p.rec.Parameters = append(p.rec.Parameters, ecs.Parameter{Name: strings.Clone(name), Value: strings.Clone(text)})
		size += len(text)
		if len(p.rec.Parameters) > 10 {
			return api.Errorf(api.CodeParameterCountExceedLimit, "The maximum number of parameters is exceeded.")
		}
	}
	if _, err := d.Token(); err != nil {
		return api.Errorf(api.CodeInvalidParameterParameters, "The specified parameter Parameters is not valid.")
	}
	if base64.StdEncoding.EncodedLen(size) > limit {
		return api.Errorf(api.CodeCmdContentExceedLimit, "The maximum length of a command is exceeded.")
	}
	return nil
}

func containsFunc[T any](list []T, f func(T) bool) bool {
	for _, e := range list {
		if f(e) {
			return true
		}
	}
	return false
}

// targets finds the instances, named or by their tags. One that cannot run the
// command refuses all.
func (s *Service) targets(c *action.Call, v state.View, p *plan, h *how) error {
	ids := h.instances
	if len(h.resourceTags) > 0 {
		var err error
		if ids, err = s.tagged(c, v, h); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return api.Errorf(api.CodeMissingParamInstanceId, "The parameter instanceId is missing or empty.")
	}
	keys, records, err := instances(c, v, ids, maxTargets)
	if err != nil {
		return err
	}
	p.targets = keys
	for _, r := range records {
		running := r.Status() == ecs.Running || p.rec.Mode.AtBoot() && !r.Want.Deleted
		if !running || s.windows(v, r) != p.rec.Type.Windows() {
			return api.Errorf(api.CodeInvalidInstanceNotMatch, "The specified instance type does not match the command.")
		}
	}
	return nil
}

// tagged are the instances that have all the resource tags.
func (s *Service) tagged(c *action.Call, v state.View, h *how) ([]string, error) {
	if len(h.instances) > 0 {
		return nil, api.Errorf(api.CodeInvalidResourceTagConflictWithInstanceIds, "The specified param ResourceTag conflicts with InstanceId.")
	}
	most := 10
	if h.action == "RunCommand" {
		most = 20
	}
	if len(h.resourceTags) > most {
		return nil, api.Errorf(api.CodeNumberExceedResourceTags, "The maximum number of ResourceTags is exceeded.")
	}
	seen := map[string]bool{}
	for _, t := range h.resourceTags {
		switch {
		case t.Key == "":
			return nil, api.Errorf(api.CodeMissingParameterResourceTagKey, "You must specify ResourceTag.N.Key.")
		case len([]rune(t.Key)) > 64 || !ecs.ValidTagKey(t.Key):
			return nil, api.Errorf(api.CodeInvalidResourceTagKeyMalformed, "The specified ResourceTag key is not valid.")
		case !ecs.ValidTagValue(t.Value):
			return nil, api.Errorf(api.CodeInvalidResourceTagValueMalformed, "The specified ResourceTag value is not valid.")
		case seen[t.Key]:
			return nil, api.Errorf(api.CodeDuplicateResourceTagKey, "The ResourceTag contains duplicate keys.")
		}
		seen[t.Key] = true
	}
	var ids []string
	f := tag.NewFilter(v, h.resourceTags)
	if key, ok := f.Key(c.Caller.Account, c.RegionCode()); ok {
		for k, r := range state.InstancesByTag.Ascend(v, key, 0) {
			if r.Account == c.Caller.Account && k.Region() == c.RegionCode() && f.Match(r.Tags) {
				ids = append(ids, ecs.ID(ecs.KindInstance, k))
			}
		}
	}
	if len(ids) == 0 {
		return nil, api.Errorf(api.CodeInvalidResourceTagInstanceNotFound, "InstanceIds are not found by the specified ResourceTag.")
	}
	return ids, nil
}

// once is the request under its idempotency token, which checkToken has passed.
func once(c *action.Call, token string) action.Once {
	o, _ := c.Once(token, nil)
	return o
}

// start writes a planned invocation, once for each idempotency token. before runs
// in the same transaction and says which command it is of.
func (s *Service) start(c *action.Call, h *how, p *plan, before func(tx *state.Tx) (ecs.Key, error)) (invocation ecs.Key, err error) {
	if p.dry {
		return 0, action.DryRun()
	}
	req := once(c, h.token)
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		invocation, err = req.DoOne(tx, func() (ecs.Key, error) {
			rec := p.rec
			var err error
			if rec.ResourceGroup, err = group(tx, c, h.group); err != nil {
				return 0, err
			}
			if rec.Command, err = before(tx); err != nil {
				return 0, err
			}
			command.Trim(tx, rec.Account, c.RegionCode(), len(p.targets))
			k := tx.NewKey(c.RegionCode())
			rec.Created, rec.Tags = tx.Now().Unix(), tag.Store(tx, p.tags)
			state.Invocations.Put(tx, k, &rec)
			for _, target := range p.targets {
				if _, ok := state.Instances.Get(tx, target); !ok {
					return 0, noInstance()
				}
				command.New(tx, ecs.InvocationResult{Account: rec.Account, Invocation: k, Command: rec.Command, Instance: target}, c.RegionCode(), rec.Mode, p.next)
			}
			return k, nil
		})
		return err
	})
	return invocation, err
}

package seed

import (
	"time"

	"gopkg.in/yaml.v3"

	"github.com/openecs/openecs/internal/ecs"
)

// ops are the calls that an entry asks for.
func (l *loader) ops(e *entry) ([]*op, error) {
	first := &op{e: e, at: e.created, line: e.line, version: e.kind.version, action: e.kind.action, params: e.params, then: l.make(e)}
	if e.id != 0 {
		first.given = []ecs.Key{e.id}
	}
	ops := []*op{first}
	if n := e.small["address"]; n != nil {
		var ok bool
		if first.address, ok = ecs.ParseIPv4(n.Value); !ok {
			return nil, at(n.Line, "%q is no address", n.Value)
		}
	}
	var more []*op
	var err error
	switch e.kind.list {
	case "instances":
		more, err = e.instance(first)
	case "security-groups":
		more, err = e.rules()
	case "disks":
		more, err = e.follow("attach", ecsVersion, "AttachDisk", "DiskId")
	case "eips":
		more, err = e.follow("associate", vpcVersion, "AssociateEipAddress", "AllocationId")
	}
	return append(ops, more...), err
}

// instance is what an instance asks for beside being made: its other ids, and
// the calls that make its status. One that never ran is made by CreateInstance
// where its parameters allow it.
func (e *entry) instance(first *op) (more []*op, err error) {
	if n := e.small["interface"]; n != nil {
		k, ok := ecs.ParseID(ecs.KindNetworkInterface, n.Value)
		if !ok || e.id == 0 {
			return nil, at(n.Line, "%q is no id of an interface, or the instance has none", n.Value)
		}
		first.given = append(first.given, k)
	}
	if n := e.small["disks"]; n != nil {
		if n.Kind != yaml.SequenceNode || len(first.given) != 2 {
			return nil, at(n.Line, "disks is a list of ids, beside id and interface")
		}
		for _, d := range n.Content {
			k, ok := ecs.ParseID(ecs.KindDisk, d.Value)
			if !ok {
				return nil, at(d.Line, "%q is no id of a disk", d.Value)
			}
			first.given = append(first.given, k)
		}
	}
	if a := e.param("Amount"); a != "" && a != "1" {
		return nil, at(e.line, "an entry is one instance")
	}
	status := "Running"
	if n := e.small["status"]; n != nil {
		if status = n.Value; status != "Running" && status != "Stopped" {
			return nil, at(n.Line, "a status is Running or Stopped, not %q", status)
		}
	}
	started := e.created
	if n := e.small["started"]; n != nil {
		if started, err = moment(n); err != nil {
			return nil, err
		}
		if started.Before(e.created) {
			return nil, at(n.Line, "it was started before it was created")
		}
	}
	follow := func(at time.Time, action string) {
		more = append(more, &op{e: e, at: at, line: e.line, version: ecsVersion, action: action, own: "InstanceId"})
	}
	stopped := status == "Stopped"
	never := stopped && e.small["started"] == nil
	if (never || started.After(e.created)) && known(e.params, ecsVersion, "CreateInstance") == nil {
		first.action = "CreateInstance"
		make := first.then
		first.then = func(answer []byte) error { return make(likeRun(answer)) }
		if first.address != 0 {
			allocate := &op{e: e, at: e.created, line: e.line, version: ecsVersion, action: "AllocatePublicIpAddress", own: "InstanceId", address: first.address}
			more, first.address = append(more, allocate), 0
		}
	} else if stopped || started.After(e.created) {
		follow(e.created, "StopInstance")
	}
	if started.After(e.created) {
		follow(started, "StartInstance")
		if stopped {
			follow(started, "StopInstance")
		}
	}
	return more, nil
}

// likeRun is an answer of CreateInstance as RunInstances would give it.
func likeRun(answer []byte) []byte {
	id, err := dig(answer, "InstanceId")
	if err != nil {
		return answer
	}
	return []byte(`{"InstanceIdSets":{"InstanceIdSet":["` + id + `"]}}`)
}

// rules are the rules of a security group.
func (e *entry) rules() (more []*op, err error) {
	list := e.small["rules"]
	if list == nil {
		return nil, nil
	}
	if list.Kind != yaml.SequenceNode {
		return nil, at(list.Line, "rules is a list")
	}
	for _, n := range list.Content {
		m, err := fields(n)
		if err != nil {
			return nil, err
		}
		o := &op{e: e, at: e.created, line: n.Line, version: ecsVersion, action: "AuthorizeSecurityGroup", own: "SecurityGroupId"}
		if v := m.take("direction"); v != nil && v.Value == "egress" {
			o.action = "AuthorizeSecurityGroupEgress"
		} else if v != nil && v.Value != "ingress" {
			return nil, at(v.Line, "a direction is ingress or egress, not %q", v.Value)
		}
		if v := m.take("id"); v != nil {
			k, ok := ecs.ParseID(ecs.KindRule, v.Value)
			if !ok {
				return nil, at(v.Line, "%q is no id of a rule", v.Value)
			}
			o.given = []ecs.Key{k}
		}
		if v := m.take("created"); v != nil {
			if o.at, err = moment(v); err != nil {
				return nil, err
			}
		}
		// The shape that has an id of its own for each rule.
		if o.params, err = m.params(ecsVersion, o.action); err != nil {
			return nil, err
		}
		more = append(more, o)
	}
	return more, nil
}

// follow is a call that a small field has the parameters of.
func (e *entry) follow(field, version, action, own string) ([]*op, error) {
	n := e.small[field]
	if n == nil {
		return nil, nil
	}
	m, err := fields(n)
	if err != nil {
		return nil, err
	}
	o := &op{e: e, at: e.created, line: n.Line, version: version, action: action, own: own}
	if v := m.take("created"); v != nil {
		if o.at, err = moment(v); err != nil {
			return nil, err
		}
	}
	o.params, err = m.params(version, action)
	return []*op{o}, err
}

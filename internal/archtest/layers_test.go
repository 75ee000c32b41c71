package archtest

// layers is DESIGN's table of packages: a package imports only packages of a greater number. The
// longest root that matches counts. Every package needs a layer.
var layers = []struct {
	root  string
	layer int
}{
	{"cmd", 1},
	{"examples", 1},
	{"bench", 1},
	{"internal/archtest", 1},
	{"internal/apigen", 1}, // generators: programs that write zz_*.go, imported by nobody
	{"internal/errgen", 1},
	{"internal/durability", 1}, // tests only
	{"internal/coverage", 1},   // writes docs/coverage.md from what the service supports
	{"internal/actiontest", 1}, // the harness of all tests
	{"internal/cli", 2},
	{"internal/console", 2},
	{"ecstest", 2},
	{"internal/node", 3},    // a service on this machine, with its data directory and listener
	{"internal/testkit", 3}, // what ecstest and the administration pages have in common
	{"internal/service", 3},
	{"internal/agent", 3},
	{"internal/metadata", 3}, // what instances are told about themselves; an agent serves it
	{"client", 4},
	{"internal/server", 4},
	{"internal/intercept", 4}, // the intercepting proxy beside the server
	{"internal/action/", 5},   // the groups
	{"internal/action", 6},
	{"internal/auth", 6},
	{"internal/reconcile", 6},
	{"internal/model", 7},
	{"internal/state", 8},
	{"internal/store", 9},
	{"internal/engine", 9},
	{"internal/oss", 9}, // a client of an object store
	{"internal/ecs", 10},
	{"internal/catalog", 10},
	{"internal/price", 10},    // pure; what things cost
	{"internal/firewall", 10}, // pure; engines and agents make a host's rules of it
	{"internal/clock", 10},
	{"internal/fault", 9},     // what goes wrong on purpose; the server asks
	{"internal/errtable", 10}, // the table of error codes, read by generators
	{"api", 11},
	{"internal/shapetest", 10}, // checks answers against the generated shapes; tests import it
	{"internal/wiretap", 11},   // where shapetest listens
}

// models is the order in which internal/model's packages may import each other: leftwards.
var models = []string{"tag", "resource", "pricing", "supply", "billing", "meter", "image", "network", "reach", "block", "event", "compute", "arrears", "command"}

// beside are the imports within one layer that are meant.
var beside = []struct{ from, to, reason string }{
	{"internal/store", "internal/store", "stores implement their contract"},
	{"internal/engine", "internal/engine", "engines implement their contract"},
	{"internal/firewall", "internal/ecs", "it matches the rules of the records"},
	{"internal/catalog", "internal/ecs", "the catalogue's rows are made of the records' enumerations"},
	{"internal/price", "internal/ecs", "prices are of the records' money and enumerations"},
	{"internal/price", "internal/catalog", "what is rented is what is priced"},
	{"internal/node", "internal/service", "a node runs a service"},
	{"internal/node", "internal/testkit", "its pages are the kit's"},
	{"internal/testkit", "internal/service", "it drives a service"},
	{"internal/agent", "internal/agent", "plans are made, carried and carried out by parts of the agent"},
	{"internal/action", "internal/auth", "a Call carries the identity that auth found"},
	{"internal/action/all", "internal/action/", "names every group once, for the service"},
}

// only says who may import something, whatever its layer; others may not, and why.
var only = []struct {
	what   string
	by     []string
	reason string
}{
	{"internal/engine", []string{"internal/engine", "internal/reconcile", "internal/service", "internal/node", "internal/cli", "ecstest", "internal/actiontest", "internal/testkit", "internal/agent/nics"},
		"only the reconciler sees both state and engine; service, cli and ecstest hand an engine over; nics gives one its devices"},
	{"internal/oss", []string{"internal/oss", "internal/reconcile", "internal/node", "internal/cli", "internal/actiontest"},
		"only the reconciler does such I/O; node and cli hand a client over"},
	{"internal/store", []string{"internal/store", "internal/state", "internal/service", "internal/node", "internal/cli", "ecstest", "internal/actiontest", "internal/testkit", "bench"},
		"rows go through internal/state; service, cli and ecstest hand a store over"},
	{"internal/engine/", []string{"internal/engine", "internal/node", "internal/cli", "ecstest", "internal/actiontest", "internal/testkit", "bench"}, "engines are passed in; the reconciler knows the contract only"},
	{"internal/store/", []string{"internal/store", "internal/node", "internal/cli", "ecstest", "internal/actiontest", "internal/testkit", "bench"}, "stores are passed in; state and service know the contract only"},
	{"internal/state", []string{"internal/state", "internal/model", "internal/action", "internal/auth", "internal/reconcile", "internal/server", "internal/service", "internal/agent", "internal/metadata", "internal/actiontest", "bench"},
		"cli, console, client and ecstest talk to the service through client"},
	{"internal/model", []string{"internal/model", "internal/action", "internal/reconcile", "internal/service", "internal/agent/plan"},
		"transactions belong to the actions and the reconciler; a host's plan reads by the same rules"},
	{"internal/reconcile", []string{"internal/reconcile", "internal/service", "internal/actiontest"}, "the service assembles it; tests ask how it fares"},
	{"internal/action/", []string{"internal/action/", "internal/service", "bench"}, "the service assembles the groups"},
	{"internal/service", []string{"internal/service", "internal/testkit", "internal/node", "internal/cli", "ecstest", "internal/actiontest", "bench", "internal/coverage"}, "cli and ecstest start the embedded service"},
	{"internal/cli", []string{"internal/cli", "cmd/openecs"}, "only main runs the commands"},

	{"github.com/cockroachdb/pebble", []string{"internal/store/pebble"}, "the store is bytes in batches; ecstest must not link Pebble"},
	{"go.etcd.io/", []string{"internal/store/etcd"}, "the store is bytes in batches; ecstest must not link etcd"},
	{"github.com/lxc/incus", []string{"internal/engine/incus"}, "the engine contract hides the host; ecstest must not link Incus"},
	{"github.com/spf13/", []string{"internal/cli", "cmd"}, "commands are the cli's"},
	{"github.com/jmespath/", []string{"internal/cli"}, "--query is the cli's"},
	{"golang.org/x/image/", []string{"internal/engine/screen"}, "the font of consoles that are drawn"},
	{"mvdan.cc/sh/", []string{"internal/engine/sim/guest"}, "the shell of simulated machines: its grammar and expansions, never its interpreter, which reaches the host"},
	{"mvdan.cc/sh/v3/interp", nil, "it reaches the host"},
	{"github.com/tidwall/btree", []string{"internal/state", "internal/store/mem"}, "tables are the state's; the store in memory is one too"},
	{"gopkg.in/yaml.v3", []string{"internal/cli", "internal/node", "internal/price", "internal/fault", "internal/testkit", "internal/service/seed"}, "files that people write, and the command line's output"},
	{"github.com/vishvananda/", []string{"internal/agent", "internal/engine/incus", "internal/intercept"}, "hosts' networks belong to the agent, a command's to the proxy"},
	{"github.com/google/nftables", []string{"internal/agent"}, "hosts' rules belong to the agent"},
	{"github.com/aliyun/credentials-go", []string{"client", "internal/cli"}, "the official credential chain is a client's"},
	{"github.com/alibabacloud-go/", nil, "official SDKs are clients in tests of a module of their own"},
	{"github.com/aliyun/", []string{"client", "internal/cli"}, "official SDKs are clients in tests of a module of their own"},
	{"github.com/google/go-cmp", []string{"internal/archtest"}, "for tests"},
	{"pgregory.net/rapid", []string{"internal/archtest", "internal/store/storetest"}, "for tests"},
	{"internal/shapetest", []string{"internal/actiontest"}, "for tests; product code does not carry the whole spec"},
	{"internal/actiontest", []string{"internal/archtest"}, "for tests"},
	{"internal/wiretap", []string{"internal/shapetest", "ecstest", "internal/node"}, "those who start a service offer it to be watched"},
	{"internal/engine/incus/incustest", nil, "for tests"},
	{"testing", []string{"ecstest", "internal/actiontest", "internal/store/storetest", "internal/engine/enginetest", "internal/engine/incus/incustest", "internal/shapetest", "bench"},
		"product code does not link the test framework"},
}

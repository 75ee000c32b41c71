package node

import (
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/openecs/openecs/internal/server"
	"github.com/openecs/openecs/internal/store/pebble"
)

// metrics is what the node counts, in the Prometheus form.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  http.Handler

	known sync.Map // outcome to *series: finding one by its labels costs a microsecond
}

// outcome is the labels of a request.
type outcome struct{ product, action, code string }

type series struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "openecs_requests_total", Help: "API requests answered.",
		}, []string{"product", "action", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "openecs_request_seconds", Help: "Time to answer an API request.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5},
		}, []string{"product", "action"}),
	}
	m.registry.MustRegister(m.requests, m.seconds)
	m.handler = promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return m
}

// observe counts a request. Actions are counted by name only once they are
// known to exist, so that callers cannot fill the memory with names.
func (m *metrics) observe(r server.Record) {
	o := outcome{r.Product, r.Action, r.Code}
	s, ok := m.known.Load(o)
	if !ok {
		s, _ = m.known.LoadOrStore(o, &series{m.requests.WithLabelValues(r.Product, r.Action, r.Code), m.seconds.WithLabelValues(r.Product, r.Action)})
	}
	s.(*series).requests.Inc()
	s.(*series).seconds.Observe(r.Duration.Seconds())
}

// watch adds what the node's parts count themselves.
func (m *metrics) watch(n *Node) {
	counter := func(name, help string, f func() uint64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(f()) }))
	}
	db := n.Service.DB
	counter("openecs_state_batches_total", "Batches committed.", func() uint64 { return db.Stats().Batches })
	counter("openecs_state_writes_total", "Write requests committed.", func() uint64 { return db.Stats().Closures })
	if p, ok := n.store.(*pebble.Store); ok {
		counter("openecs_store_syncs_total", "Times the store's log was forced to the disk.", func() uint64 { return p.Stats().Syncs })
		counter("openecs_store_bytes_total", "Bytes of keys and values committed.", func() uint64 { return p.Stats().Bytes })
	}
	counter("openecs_reconcile_panics_total", "Steps of the reconciler that panicked and are tried again.",
		func() uint64 { return n.Service.Reconciling().Panics })
	counter("openecs_reconcile_hosts_opened_total", "Times a host was left alone because it did not answer.",
		func() uint64 { return n.Service.Reconciling().HostsOpened })
	counter("openecs_reconcile_events_resumed_total", "Times an engine's events were asked for anew.",
		func() uint64 { return n.Service.Reconciling().EventsResumed })
	gauge := func(name, help string, f func() int) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(f()) }))
	}
	gauge("openecs_reconcile_hosts_open", "Hosts that do not answer and are left alone for now.", func() int { return n.Service.Reconciling().HostsOpen })
	gauge("openecs_nonces", "Nonces remembered.", n.Service.Nonces.Len)
}

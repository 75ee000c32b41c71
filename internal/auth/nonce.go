package auth

import (
	"iter"
	"sync"
	"sync/atomic"
)

const (
	nonceShards  = 64
	bucketLength = 300 // seconds of timestamps that share a bucket
	bucketRing   = 8   // 7 buckets overlap the window of ±900 s; a power of two
)

// DefaultNonces is how many nonces a table holds unless told otherwise: enough
// for 7,000 requests a second, in at most 180 MB. A table takes memory only for
// what is in it: 11 to 22 bytes each once there are many.
const DefaultNonces = 8 << 20

// Nonces remembers which nonces are spent, per access key, each as 8 bytes of
// a keyed hash, until the request's timestamp can no longer pass. It never
// forgets earlier: when it is full it refuses. Without a journal it is for one
// process: what was spent before a restart is not known after it.
//
// Entries are filed by the timestamp of their request, so that whole buckets
// can be dropped. The clock may jump ahead; should it go back, requests older
// than what has been dropped are refused as expired.
//
// A nil table knows nothing and accepts everything.
type Nonces struct {
	max     int64
	count   atomic.Int64
	floor   atomic.Int64 // buckets below this one are dropped; only rises
	key     nonceKey
	journal NonceJournal // nil: none
	shard   [nonceShards]nonceShard
}

// NonceJournal keeps what is spent past the end of the process; package noncelog
// is one. Append is called before the request is answered, from many goroutines
// at once, and must be cheap; what it cannot keep it says for itself.
type NonceJournal interface {
	// Key is the same whenever the journal is opened.
	Key() [16]byte
	// Load yields what was appended before it was opened: the hash of a nonce and
	// the Unix second of its request's timestamp.
	Load() iter.Seq2[uint64, int64]
	// Append keeps one more. What no timestamp at or above floor needs may go.
	Append(hash uint64, at, floor int64)
}

type nonceShard struct {
	mu      sync.Mutex
	buckets [bucketRing]nonceBucket
	_       [64]byte // neighbours share no cache line
}

type nonceBucket struct {
	no  int64 // of the timestamps in it
	set hashSet
}

// NewNonces makes a table for at most max nonces at a time; DefaultNonces if
// max is not positive.
func NewNonces(max int) *Nonces {
	if max <= 0 {
		max = DefaultNonces
	}
	n := &Nonces{max: int64(max), key: drawNonceKey()}
	n.floor.Store(-1 << 62)
	return n
}

// Resume makes the table go on from a journal: what was spent at now, in Unix
// seconds, or can pass later, is spent still. It comes before the first request.
func (n *Nonces) Resume(j NonceJournal, now int64) {
	n.key, n.journal = newNonceKey(j.Key()), j
	n.sweep(bucketOf(now - windowSeconds))
	first, last := n.floor.Load(), bucketOf(now+windowSeconds)
	for h, at := range j.Load() {
		if no := bucketOf(at); no >= first && no <= last && h != 0 {
			s := &n.shard[h%nonceShards]
			if !s.has(h, first) {
				n.add(s, h, no)
				n.count.Add(1)
			}
		}
	}
}

// Len is how many nonces are held, including those not yet swept.
func (n *Nonces) Len() int { return int(n.count.Load()) }

// Cap is how many can be held.
func (n *Nonces) Cap() int { return int(n.max) }

// seen reports whether the nonce is spent.
func (n *Nonces) seen(keyID, nonce string) bool {
	if n == nil {
		return false
	}
	h := n.key.hash(keyID, nonce)
	s := &n.shard[h%nonceShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.has(h, n.floor.Load())
}

// record spends a nonce that came with timestamp at; both times are Unix
// seconds and at has passed the time check against now. It answers
// SignatureNonceUsed, ServiceUnavailable when the table is full, or
// InvalidTimeStamp.Expired.
func (n *Nonces) record(keyID, nonce string, at, now int64) error {
	if n == nil {
		return nil
	}
	n.sweep(bucketOf(now - windowSeconds))
	h, no := n.key.hash(keyID, nonce), bucketOf(at)
	if err := n.spend(h, no); err != nil {
		return err
	}
	if n.journal != nil {
		n.journal.Append(h, at, now-windowSeconds)
	}
	return nil
}

func (n *Nonces) spend(h uint64, no int64) error {
	s := &n.shard[h%nonceShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	floor := n.floor.Load()
	switch {
	case no < floor:
		return errTimeExpired()
	case s.has(h, floor):
		return errNonceUsed()
	case n.count.Add(1) > n.max:
		n.count.Add(-1)
		return errUnavailable()
	}
	n.add(s, h, no)
	return nil
}

// add files a hash that is not there and has been counted.
func (n *Nonces) add(s *nonceShard, h uint64, no int64) {
	b := &s.buckets[no&(bucketRing-1)]
	if b.no != no { // what the slot held is 40 minutes away, so below the floor
		n.count.Add(-int64(b.set.n))
		b.no, b.set = no, hashSet{}
	}
	b.set.add(h)
}

// sweep raises the floor and drops the buckets below it. It does something
// once per bucketLength.
func (n *Nonces) sweep(floor int64) {
	for {
		old := n.floor.Load()
		if floor <= old {
			return
		}
		if n.floor.CompareAndSwap(old, floor) {
			break
		}
	}
	for i := range n.shard {
		s := &n.shard[i]
		s.mu.Lock()
		for j := range s.buckets {
			if b := &s.buckets[j]; b.no < floor && b.set.n > 0 {
				n.count.Add(-int64(b.set.n))
				b.set = hashSet{}
			}
		}
		s.mu.Unlock()
	}
}

func (s *nonceShard) has(h uint64, floor int64) bool {
	for i := range s.buckets {
		if b := &s.buckets[i]; b.no >= floor && b.set.has(h) {
			return true
		}
	}
	return false
}

func bucketOf(t int64) int64 {
	if t < 0 {
		return -((-t + bucketLength - 1) / bucketLength)
	}
	return t / bucketLength
}

// hashSet is an open-addressed set of hashes, none of them 0.
type hashSet struct {
	slots []uint64 // a power of two, at most three quarters full
	n     int
}

func (s *hashSet) has(h uint64) bool {
	if s.n == 0 {
		return false
	}
	for i := s.home(h); ; i = (i + 1) & (len(s.slots) - 1) {
		switch s.slots[i] {
		case h:
			return true
		case 0:
			return false
		}
	}
}

// add inserts h, which is not in the set.
func (s *hashSet) add(h uint64) {
	if 4*(s.n+1) > 3*len(s.slots) {
		old := s.slots
		s.slots = make([]uint64, max(8, 2*len(old)))
		for _, o := range old {
			if o != 0 {
				s.place(o)
			}
		}
	}
	s.place(h)
	s.n++
}

func (s *hashSet) place(h uint64) {
	i := s.home(h)
	for s.slots[i] != 0 {
		i = (i + 1) & (len(s.slots) - 1)
	}
	s.slots[i] = h
}

// home uses the upper half of the hash: the lower bits chose the shard.
func (s *hashSet) home(h uint64) int { return int(h>>32) & (len(s.slots) - 1) }

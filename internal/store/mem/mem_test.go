package mem_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
	"github.com/openecs/openecs/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return mem.New(mem.Options{}) })
}

func begin(t *testing.T) (*mem.Store, store.Term) {
	t.Helper()
	s := mem.New(mem.Options{})
	term, err := s.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return s, term
}

func next(term store.Term) store.Batch {
	return store.Batch{Rev: term.Head() + 1, Changes: []store.Change{{Key: []byte("k"), Value: []byte("v")}}}
}

func TestInject(t *testing.T) {
	s, term := begin(t)
	s.Inject(mem.NotCommitted, 0, mem.Full, mem.LostAbsent, mem.LostPresent)
	if err := term.Commit(t.Context(), store.Batch{Rev: 9}); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("an invalid batch: %v", err)
	}
	if err := term.Commit(t.Context(), next(term)); !errors.Is(err, store.ErrNotCommitted) {
		t.Errorf("NotCommitted: %v", err)
	}
	if err := term.Commit(t.Context(), next(term)); err != nil {
		t.Errorf("none: %v", err)
	}
	if err := term.Commit(t.Context(), next(term)); !errors.Is(err, store.ErrNotCommitted) || !errors.Is(err, store.ErrFull) {
		t.Errorf("Full: %v", err)
	}
	lost := func(name string, want store.Rev) {
		if err := term.Commit(t.Context(), next(term)); err == nil || errors.Is(err, store.ErrNotCommitted) {
			t.Errorf("%s: %v", name, err)
		}
		if err := term.Commit(t.Context(), next(term)); !errors.Is(err, store.ErrNotCommitted) {
			t.Errorf("%s: a commit before Recover: %v", name, err)
		}
		if head, err := term.Recover(t.Context()); head != want || err != nil {
			t.Errorf("%s: recovered %d, %v", name, head, err)
		}
	}
	lost("LostAbsent", 1)
	lost("LostPresent", 2)
	if err := term.Commit(t.Context(), next(term)); err != nil || term.Head() != 3 {
		t.Errorf("afterwards: %v, head %d", err, term.Head())
	}
}

func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, term := begin(t)
		release := s.Hold()
		done := make(chan error, 1)
		commit := func(ctx context.Context, term store.Term) { done <- term.Commit(ctx, next(term)) }

		go commit(t.Context(), term)
		synctest.Wait()
		if head, _ := s.Head(t.Context()); head != 0 || s.Waiting() != 1 || len(done) != 0 {
			t.Errorf("held: head %d, %d waiting", head, s.Waiting())
		}
		release()
		if err := <-done; err != nil || s.Waiting() != 0 {
			t.Errorf("released: %v, %d waiting", err, s.Waiting())
		}
		release()

		s.Hold()
		ctx, cancel := context.WithCancel(t.Context())
		go commit(ctx, term)
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrNotCommitted) {
			t.Errorf("cancelled while held: %v", err)
		}
		if head, err := term.Recover(t.Context()); head != 1 || err != nil {
			t.Errorf("recovered %d, %v", head, err)
		}

		go commit(t.Context(), term)
		synctest.Wait()
		s.Depose()
		if err := <-done; !errors.Is(err, store.ErrDeposed) {
			t.Errorf("deposed while held: %v", err)
		}
		<-term.Done()
		if head, _ := s.Head(t.Context()); head != 1 {
			t.Errorf("the head is %d", head)
		}
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, term := begin(t)
		s.Delay(func(context.Context) { time.Sleep(time.Second) })
		from := time.Now()
		for range 3 {
			if err := term.Commit(t.Context(), next(term)); err != nil {
				t.Fatal(err)
			}
		}
		s.Delay(nil)
		if err := term.Commit(t.Context(), next(term)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(from); took != 3*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestBreak(t *testing.T) {
	s, term := begin(t)
	cause := errors.New("the disk is gone")
	if s.Err() != nil {
		t.Error(s.Err())
	}
	s.Break(cause)
	<-s.Failed()
	<-term.Done()
	_, campaign := s.Campaign(t.Context(), "")
	for _, err := range []error{s.Err(), term.Commit(t.Context(), next(term)), campaign} {
		if !errors.Is(err, store.ErrFailed) || !errors.Is(err, cause) {
			t.Errorf("got %v", err)
		}
	}
}

func TestCompacted(t *testing.T) {
	s := mem.New(mem.Options{RingBytes: 1000})
	term, err := s.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if err := term.Commit(t.Context(), next(term)); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range s.Watch(t.Context(), 0) {
		if !errors.Is(err, store.ErrCompacted) {
			t.Errorf("got %v", err)
		}
	}
	want := store.Stats{Commits: 50, Changes: 50, Bytes: 100}
	if got := s.Stats(); got != want {
		t.Errorf("counted %+v", got)
	}
}

package clock

// The heap of a Scheduler, by hand because container/heap boxes every entry, and because index
// must follow each move.

func (e entry) before(o entry) bool {
	if e.at != o.at {
		return e.at < o.at
	}
	return e.seq < o.seq
}

// up moves the entry at i towards the head as far as it must go, and records where it is.
func (s *Scheduler) up(i int) {
	e := s.heap[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(s.heap[parent]) {
			break
		}
		s.place(i, s.heap[parent])
		i = parent
	}
	s.place(i, e)
}

// down moves the entry at i away from the head as far as it must go, and records where it is.
func (s *Scheduler) down(i int) {
	e := s.heap[i]
	for {
		child := 2*i + 1
		if child >= len(s.heap) {
			break
		}
		if child+1 < len(s.heap) && s.heap[child+1].before(s.heap[child]) {
			child++
		}
		if !s.heap[child].before(e) {
			break
		}
		s.place(i, s.heap[child])
		i = child
	}
	s.place(i, e)
}

func (s *Scheduler) remove(i int) {
	delete(s.index, s.heap[i].key)
	last := len(s.heap) - 1
	moved := s.heap[last]
	s.heap = s.heap[:last]
	if i == last {
		return
	}
	s.place(i, moved)
	s.down(i)
	s.up(s.index[moved.key])
}

func (s *Scheduler) place(i int, e entry) {
	s.heap[i] = e
	s.index[e.key] = i
}

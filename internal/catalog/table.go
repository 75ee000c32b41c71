package catalog

// entry is a pointer to a row that knows its id and where it was read.
type entry[T any] interface {
	*T
	key() string
	where() origin
}

// table holds the rows of one kind in file order and finds them by id.
type table[T any, P entry[T]] struct {
	rows []P
	byID map[string]P
}

// put adds a row, or puts it in the place of the row of that id that an
// earlier file has. Two rows of one id in one file are refused.
func (t *table[T, P]) put(v P) error {
	if t.byID == nil {
		t.byID = make(map[string]P, 128)
	}
	old, ok := t.byID[v.key()]
	switch {
	case !ok:
		t.rows = append(t.rows, v)
		t.byID[v.key()] = v
	case old.where().file != v.where().file:
		*old = *v
	default:
		return v.where().errorf("%s is there already, in line %d", v.key(), old.where().line)
	}
	return nil
}

func (t *table[T, P]) get(id string) (P, bool) {
	v, ok := t.byID[id]
	return v, ok
}

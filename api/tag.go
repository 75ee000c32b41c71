package api

// A Tag is a tag in a request, and in the answers of products that spell it this way.
type Tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// A ResourceTag is a tag in an answer.
type ResourceTag struct {
	TagKey   string `json:"TagKey"`
	TagValue string `json:"TagValue"`
}

// decode accepts the lower-case spelling too, which old clients send.
func (t *Tag) decode(d *decoder, ps []Param, at int) {
	for len(ps) > 0 {
		var head string
		var g group
		head, g, ps = next(ps, at)
		switch head {
		case "Key", "key":
			d.str(&t.Key, g)
		case "Value", "value":
			d.str(&t.Value, g)
		}
	}
}

func (t *Tag) encode(e *Encoder) {
	e.str(`"Key":`, t.Key)
	e.str(`"Value":`, t.Value)
}

func (t *ResourceTag) encode(e *Encoder) {
	e.str(`"TagKey":`, t.TagKey)
	e.str(`"TagValue":`, t.TagValue)
}

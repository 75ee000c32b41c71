package action

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"iter"
	"math"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// Pager reads and makes the tokens that listings continue with. A token holds
// where to go on and for which account, region, action and filters, under a
// MAC, so that a forged one or one of another listing is refused.
type Pager struct{ secret []byte }

// NewPager makes a pager. Tokens are good as long as the secret stays.
func NewPager(secret []byte) *Pager { return &Pager{secret} }

// PageRequest is the paging parameters of a Describe action and their limits.
type PageRequest struct {
	PageNumber, PageSize, MaxResults *int
	NextToken                        string

	DefaultSize, MaxSize       int    // of PageSize
	MinResults, MaximumResults int    // MaxResults is clamped to these
	BadToken                   string // the code for a token that is not good; "" is InvalidParameter.NextToken
}

// Page is one page of a listing: by number, or from where a token says.
type Page struct {
	Number, Size int
	byToken      bool
	after        ecs.Key // token: rows that come after this one; 0: from the start
	pager        *Pager
	filter       [8]byte
}

const tokenSize = 8 + 8 + 8

// Page checks the paging parameters of a call. With MaxResults or NextToken the
// page parameters are ignored.
func (p *Pager) Page(c *Call, in PageRequest) (Page, error) {
	if in.MaxResults == nil && in.NextToken == "" {
		number, size := 1, in.DefaultSize
		if in.PageNumber != nil {
			number = *in.PageNumber
		}
		if in.PageSize != nil {
			size = *in.PageSize
		}
		if number < 1 {
			return Page{}, Invalid("PageNumber")
		}
		if size < 1 || size > in.MaxSize {
			return Page{}, Invalid("PageSize")
		}
		return Page{Number: number, Size: size}, nil
	}
	page := Page{Number: 1, Size: in.MinResults, byToken: true, pager: p, filter: filterHash(c)}
	if in.MaxResults != nil {
		page.Size = min(max(*in.MaxResults, in.MinResults), in.MaximumResults)
	}
	if in.NextToken == "" {
		return page, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(in.NextToken)
	if err != nil || len(b) != tokenSize || [8]byte(b[8:16]) != page.filter || !hmac.Equal(b[16:], p.mac(b[:16])) {
		code := in.BadToken
		if code == "" {
			code = api.CodeInvalidParameterNextToken
		}
		return Page{}, api.Errorf(code, "The specified parameter NextToken is not valid.")
	}
	page.after = ecs.Key(binary.BigEndian.Uint64(b))
	return page, nil
}

func (p *Pager) mac(b []byte) []byte {
	h := hmac.New(sha256.New, p.secret)
	h.Write(b)
	return h.Sum(nil)[:8]
}

// filterHash is a digest of everything that decides what a listing holds.
func filterHash(c *Call) [8]byte {
	scope := make([]byte, 0, 64)
	scope = append(append(scope, c.Info.Version...), 0)
	scope = append(append(scope, c.Info.Name...), 0)
	scope = append(binary.BigEndian.AppendUint64(scope, c.Caller.Account), c.RegionCode())
	sum := c.digest(string(scope), "NextToken", "MaxResults", "PageNumber", "PageSize")
	return [8]byte(sum[:8])
}

// Row is a row of a listing.
type Row[R any] struct {
	Key    ecs.Key
	Record *R
}

// List collects a page of rows, newest first. seq gives rows by descending key
// below the bound it is handed (0: all of them), and match decides which are
// asked for; a nil match asks for all. exact is how many rows seq gives when
// that is known, else -1: without a match the total then costs nothing.
func List[R any](p Page, seq func(below ecs.Key) iter.Seq2[ecs.Key, *R], match func(ecs.Key, *R) bool, exact int) (rows []Row[R], total int, next string) {
	rows = make([]Row[R], 0, min(p.Size, 16))
	skip := 0
	if !p.byToken {
		skip = math.MaxInt
		if p.Number <= math.MaxInt/p.Size {
			skip = (p.Number - 1) * p.Size
		}
	}
	countAll := !p.byToken && (match != nil || exact < 0)
	for k, r := range seq(p.after) {
		if match != nil && !match(k, r) {
			continue
		}
		total++
		switch {
		case total <= skip:
		case len(rows) < p.Size:
			rows = append(rows, Row[R]{k, r})
		case p.byToken:
			return rows, total, p.next(rows[len(rows)-1].Key)
		}
		if !countAll && !p.byToken && len(rows) == p.Size {
			break
		}
	}
	if !countAll && !p.byToken {
		total = exact
	}
	return rows, total, ""
}

func (p Page) next(k ecs.Key) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, tokenSize), uint64(k))
	b = append(b, p.filter[:]...)
	b = append(b, p.pager.mac(b)...)
	return base64.RawURLEncoding.EncodeToString(b)
}

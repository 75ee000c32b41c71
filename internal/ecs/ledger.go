package ecs

// Book is one of the books that a transaction posts to.
type Book uint8

// The books. What is posted to all of them comes to zero: money only moves.
const (
	BookCustomer     Book = iota // what the account has
	BookFunding                  // what came from outside; negative, as it was paid in
	BookSubscription             // earned by what is paid in advance
	BookUsage                    // earned by what is paid as it is used
	BookRefunds                  // given back of what was earned; negative
	BookAdjustment               // charged by the operator's hand
)

var bookNames = [...]string{"customer", "funding", "subscription", "usage", "refunds", "adjustment"}

func (b Book) String() string { return bookNames[b] }

// Posting is an amount that a transaction adds to a book.
type Posting struct {
	_ struct{} `cbor:",toarray"`

	Book   Book
	Amount Money
}

// TransactionKind is why money moved.
type TransactionKind uint8

// The kinds.
const (
	TransactionOpening TransactionKind = iota // what a fresh account starts with
	TransactionTopUp
	TransactionPurchase // of an order
	TransactionUsage    // of what is paid as it is used
	TransactionRefund
	TransactionAdjustment // by the operator's hand
)

// Transaction is a movement of money in the ledger of an account. Its postings
// sum to zero. It is never changed, and never deleted.
type Transaction struct {
	_ struct{} `cbor:",toarray"`

	Account  uint64
	Kind     TransactionKind
	Created  int64 // Unix seconds
	Order    Key   // 0: none
	Item     Sym   // the billing item, of usage
	Note     string
	Balance  Money // of the account, afterwards
	Postings []Posting

	// Of usage that was metered: up to when it is posted (Unix seconds, else 0), and
	// what then remains, in 3,600ths of a Money, negative where it was rounded up.
	Until int64
	Carry int16
}

// Sum is what the postings to a book come to.
func (t *Transaction) Sum(b Book) (sum Money) {
	for _, p := range t.Postings {
		if p.Book == b {
			sum += p.Amount
		}
	}
	return sum
}

package guest

import (
	"fmt"
	"strconv"
)

func expr(c *call) int {
	if len(c.args) != 3 {
		if len(c.args) == 1 {
			fmt.Fprintln(c.out, c.args[0])
			return 0
		}
		return c.fail("syntax error") + 1
	}
	a, err1 := strconv.ParseInt(c.args[0], 10, 64)
	b, err2 := strconv.ParseInt(c.args[2], 10, 64)
	is := func(ok bool) int64 {
		if ok {
			return 1
		}
		return 0
	}
	var n int64
	numbers := err1 == nil && err2 == nil
	switch op := c.args[1]; {
	case op == "=":
		n = is(c.args[0] == c.args[2])
	case op == "!=":
		n = is(c.args[0] != c.args[2])
	case !numbers:
		return c.fail("non-integer argument") + 1
	case op == "+":
		n = a + b
	case op == "-":
		n = a - b
	case op == "*":
		n = a * b
	case (op == "/" || op == "%") && b == 0:
		return c.fail("division by zero") + 1
	case op == "/":
		n = a / b
	case op == "%":
		n = a % b
	case op == "<":
		n = is(a < b)
	case op == "<=":
		n = is(a <= b)
	case op == ">":
		n = is(a > b)
	case op == ">=":
		n = is(a >= b)
	default:
		return c.fail("syntax error") + 1
	}
	fmt.Fprintln(c.out, n)
	if n == 0 {
		return 1
	}
	return 0
}

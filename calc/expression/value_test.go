package expression

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rational evaluates a tree of rationals; nil is a division by zero.
func rational(n *Node) *big.Rat {
	switch n.Kind {
	case Number:
		r, _ := new(big.Rat).SetString(n.Literal.String())
		return r
	case Variable:
		return rational(n.Args[0])
	}
	result := rational(n.Args[0])
	if result == nil {
		return nil
	}
	switch n.Name {
	case "negate":
		return new(big.Rat).Neg(result)
	case "abs":
		return new(big.Rat).Abs(result)
	case "factorial":
		return new(big.Rat).SetInt(new(big.Int).MulRange(1, result.Num().Int64()))
	case "sqrt":
		return new(big.Rat).SetFrac(new(big.Int).Sqrt(result.Num()), new(big.Int).Sqrt(result.Denom()))
	}
	for _, arg := range n.Args[1:] {
		y := rational(arg)
		if y == nil {
			return nil
		}
		switch n.Name {
		case "add":
			result = new(big.Rat).Add(result, y)
		case "multiply":
			result = new(big.Rat).Mul(result, y)
		case "divide":
			if y.Sign() == 0 {
				return nil
			}
			result = new(big.Rat).Quo(result, y)
		case "mod":
			result = new(big.Rat).SetInt(new(big.Int).Mod(result.Num(), y.Num()))
		case "power":
			k := new(big.Int).Abs(y.Num())
			result = new(big.Rat).SetFrac(new(big.Int).Exp(result.Num(), k, nil), new(big.Int).Exp(result.Denom(), k, nil))
			if y.Sign() < 0 {
				result.Inv(result)
			}
		default:
			panic(n.Name)
		}
	}
	return result
}

// The examples of section 6 of the contract that are rational.
func TestValuesOfTheContract(t *testing.T) {
	for text, want := range map[string]string{
		"6*7 mod 4": "2", "-2^2": "-4", "2^-1": "1/2", "2^3^2": "512", "√4^2": "4", "√4!²": "24", "1/3*3": "1", "(1e50+1)-1e50": "1",
		"200 + 10%": "220", "100 + 50 - 10%": "135", "50% + 50%": "1", "200 + 10%*2": "1001/5",
		"x = 3; x^2": "9", "x = 3; x(4+5)": "27", "3(4+5)": "27", "1/2(3)": "3/2", "100 + 10% + 10%": "121",
		"8/2/2": "2", "8/2*3/4*5": "15", "2*3/4/5*6/7": "9/35", "|2-5|": "3", "2|3|": "6", "10 - 3 - 2": "5", "7 - 10% - 1": "53/10",
	} {
		p, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, rational(p.Answer()).RatString(), text)
	}
}

// Go's four operations, signs and parentheses mean the same.
func TestTreeMeansWhatGoMeans(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		var b strings.Builder
		writeRandom(&b, r, 5)
		text := b.String()
		tree, err := goparser.ParseExpr(text)
		require.NoError(t, err, text)
		p, err := Parse(text)
		require.NoError(t, err, text)
		want, got := goValue(tree), rational(p.Answer())
		if want == nil {
			require.Nil(t, got, text)
			continue
		}
		require.NotNil(t, got, text)
		require.Zero(t, want.Cmp(got), "%s: %s, but Go says %s", text, got, want)
	}
}

func writeRandom(b *strings.Builder, r *rand.Rand, depth int) {
	for i := range 1 + r.IntN(4) {
		if i > 0 {
			b.WriteString([]string{" + ", " - ", "*", "/"}[r.IntN(4)])
		}
		if r.IntN(4) == 0 {
			b.WriteString(" -")
		}
		if depth > 0 && r.IntN(3) == 0 {
			b.WriteByte('(')
			writeRandom(b, r, depth-1)
			b.WriteByte(')')
		} else {
			b.WriteString([]string{"0", "1", "2", "3", "7", "10", "0.5", "1e3", "1.25e-1"}[r.IntN(9)])
		}
	}
}

func goValue(e ast.Expr) *big.Rat {
	switch e := e.(type) {
	case *ast.BasicLit:
		r, _ := new(big.Rat).SetString(e.Value)
		return r
	case *ast.ParenExpr:
		return goValue(e.X)
	case *ast.UnaryExpr:
		if x := goValue(e.X); x != nil {
			return x.Neg(x)
		}
		return nil
	case *ast.BinaryExpr:
		x, y := goValue(e.X), goValue(e.Y)
		if x == nil || y == nil || e.Op == gotoken.QUO && y.Sign() == 0 {
			return nil
		}
		switch e.Op {
		case gotoken.ADD:
			return x.Add(x, y)
		case gotoken.SUB:
			return x.Sub(x, y)
		case gotoken.MUL:
			return x.Mul(x, y)
		case gotoken.QUO:
			return x.Quo(x, y)
		}
	}
	panic("not in the texts above")
}

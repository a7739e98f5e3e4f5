package calc_test

import (
	"context"
	"fmt"

	"calculator/calc"
)

func ExampleEvaluate() {
	third := calc.Quotient(calc.Int(1), calc.Int(3))
	r, err := calc.Evaluate(context.Background(), third, calc.Context{Precision: 10, Rounding: calc.Up})
	if err != nil {
		panic(err)
	}
	text, err := r.Text(calc.Auto, calc.Limits{})
	fmt.Println(text, r.Exact, err)

	r, err = calc.Evaluate(context.Background(), calc.Product(third, calc.Int(3)), calc.Context{})
	fmt.Println(r.Value, r.Exact, err)
	// Output:
	// 0.3333333334 false <nil>
	// 1 true <nil>
}

func ExampleParseExpression() {
	x, err := calc.ParseExpression("sqrt(5 + 2sqrt(6)) - sqrt(2) - sqrt(3)", calc.Limits{})
	if err != nil {
		panic(err)
	}
	r, err := calc.Evaluate(context.Background(), x, calc.Context{})
	fmt.Println(r.Value, r.Exact, err)

	_, err = calc.ParseExpression("2 + * 3", calc.Limits{})
	fmt.Println(err)
	// Output:
	// 0 true <nil>
	// expected a value, found “*” (position 4)
}

func ExampleScope() {
	var s calc.Scope
	for _, line := range []string{"r = 1/3", "# a comment", "3r", "1/(3r - 1)"} {
		x, ok, err := s.Parse(line)
		if err != nil || !ok {
			fmt.Println(ok, err)
			continue
		}
		r, err := calc.Evaluate(context.Background(), x, calc.Context{Precision: 5})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Value, r.Exact)
	}
	// Output:
	// 0.33333 false
	// false <nil>
	// 1 true
	// 1/(3r - 1): division by zero
}

func ExampleResult_Forms() {
	angle := calc.Atan(calc.Root(calc.Int(3), calc.Int(2)))
	r, err := calc.Evaluate(context.Background(), angle, calc.Context{Precision: 6})
	if err != nil {
		panic(err)
	}
	forms, err := r.Forms(context.Background(), calc.Limits{})
	fmt.Println(r.Value, forms.Symbolic, err)
	// Output:
	// 1.0472 pi/3 <nil>
}

package expression_test

import (
	"errors"
	"fmt"

	"calculator/calc/expression"
)

func ExampleParse() {
	program, err := expression.Parse("r = 1.5; 2πr² - 10%")
	if err != nil {
		panic(err)
	}
	fmt.Println(program)
	answer := program.Answer()
	fmt.Println(answer.Name, answer.Start, answer.End)
	// Output:
	// r = 15e-1; ((2*pi*(r^2))*(1-10e-2))
	// multiply 9 19
}

func ExampleError_Caret() {
	text := "√2 × (3 + sine(4))"
	_, err := expression.Parse(text)
	var e *expression.Error
	if errors.As(err, &e) {
		fmt.Println(e)
		fmt.Println(e.Caret(text))
	}
	// Output:
	// unknown name “sine” (position 10): did you mean sin?
	// √2 × (3 + sine(4))
	//           ^
}

func ExampleScope_Parse() {
	var s expression.Scope
	_ = s.Define(map[string]string{"third": "1/3"})
	for _, line := range []string{"x = 3third", "# a comment", "x^2"} {
		program, err := s.Parse(line)
		fmt.Println(program, err)
	}
	// Output:
	// x = (3*third) <nil>
	//  <nil>
	// (x^2) <nil>
}

func ExampleParseNumber() {
	fmt.Println(expression.ParseNumber("−0.1_250e-3"))
	_, _, err := expression.ParseNumber("1.234,56")
	fmt.Println(err)
	// Output:
	// true 1250e-7 <nil>
	// expected the end of the number, found “,” (position 5): write 1234.56
}

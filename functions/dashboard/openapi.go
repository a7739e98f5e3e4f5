package function

import (
	"encoding/json"
	"fmt"
	"strings"

	"calculator/calc/catalogue"
)

type object = map[string]any

// openAPI is the OpenAPI 3.1 document of the functions, made from the catalogue.
func openAPI() []byte {
	paths := object{}
	schemas := object{"Result": resultSchema(), "Problem": problemSchema()}
	for _, o := range catalogue.All {
		if len(o.Operands) > 0 {
			paths["/"+o.Name] = object{"get": getOperation(o), "post": postOperation(o)}
			schemas[o.Name] = requestSchema(o)
		}
	}
	document := object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "Calculator",
			"version":     "1",
			"description": "Every digit shown is right: the exact value, rounded once, and a word on whether it is exact. Results are strings, since JSON numbers lose digits.",
			"license":     object{"name": "MIT", "identifier": "MIT"},
		},
		"servers":    []object{{"url": "/function", "description": "where OpenFaaS's gateway has its functions"}},
		"paths":      paths,
		"components": object{"schemas": schemas},
	}
	text, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		panic(err) // it consists of strings, lists and objects
	}
	return append(text, '\n')
}

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

func resultSchema() object {
	text := object{"type": "string"}
	return object{
		"type":     "object",
		"required": []string{"operation", "result", "exact"},
		"properties": object{
			"operation":   text,
			"result":      object{"type": "string", "description": "the number, in decimal"},
			"exact":       object{"type": "boolean", "description": "whether the result is the value itself"},
			"precision":   object{"type": "integer", "description": "significant digits that it was rounded to, where it was"},
			"rounding":    text,
			"error_bound": object{"type": "string", "description": "how far the value may be from the result, where no more could be found out"},
			"forms":       object{"type": "object", "additionalProperties": text},
		},
	}
}

func problemSchema() object {
	text := object{"type": "string"}
	return object{
		"type":     "object",
		"required": []string{"type", "title", "status", "detail"},
		"properties": object{
			"type": text, "title": text, "status": object{"type": "integer"}, "detail": text,
			"operand": text, "position": object{"type": "integer"}, "limit": text, "error_bound": text,
		},
	}
}

func optionSchema(o *catalogue.Option) object {
	schema := object{"description": o.Summary}
	switch o.Type {
	case catalogue.Choice:
		schema["type"], schema["enum"], schema["default"] = "string", o.Values, o.Default
	case catalogue.Boolean:
		schema["type"], schema["default"] = "boolean", false
	case catalogue.Digits:
		schema["oneOf"] = []object{{"type": "integer", "minimum": 1}, {"type": "string"}}
	case catalogue.Names:
		schema["type"] = "object"
		schema["additionalProperties"] = object{"type": []string{"string", "number"}}
	}
	return schema
}

var numberSchema = object{"type": []string{"string", "number"}}

func operandSchema(o *catalogue.Operation, i int) object {
	x := o.Operands[i]
	schema := object{"description": x.Summary, "type": []string{"string", "number"}}
	if x.Expression {
		schema["type"] = "string"
	}
	if o.Variadic {
		schema = object{"description": x.Summary, "type": "array", "minItems": 1, "items": numberSchema}
	}
	return schema
}

// anyOf is a schema for one of several.
func anyOf(schemas ...object) object { return object{"anyOf": schemas} }

// responses are those of a function; of one to POST, the answer to a batch too.
func responses(batch bool) object {
	answer := ref("Result")
	if batch {
		answer = anyOf(ref("Result"), object{"type": "array", "items": anyOf(ref("Result"), ref("Problem"))})
	}
	return object{
		"200": object{"description": "the result", "content": object{
			"application/json": object{"schema": answer},
			"text/plain":       object{"schema": object{"type": "string", "description": "the result alone, in a line"}},
		}},
		"default": object{"description": "a problem (RFC 9457)", "content": object{
			"application/problem+json": object{"schema": ref("Problem")},
			"text/plain":               object{"schema": object{"type": "string", "description": "the problem's detail, in a line"}},
		}},
	}
}

// requestExamples are all examples of an operation as request bodies.
func requestExamples(o *catalogue.Operation) object {
	examples := object{}
	for i := range o.Examples {
		e := &o.Examples[i]
		summary := "the result is " + e.Result
		if e.Problem != "" {
			summary = "a problem: " + e.Problem
		}
		examples[fmt.Sprintf("example%d", i+1)] = object{"summary": summary, "value": exampleRequest(o, e)}
	}
	return examples
}

// exampleRequest is an example as a request in JSON.
func exampleRequest(o *catalogue.Operation, e *catalogue.Example) object {
	request := object{}
	if o.Variadic || len(e.Operands) > len(o.Operands) {
		request["args"] = e.Operands
	} else {
		for i, x := range e.Operands {
			request[o.Operands[i].Name] = x
		}
	}
	for _, v := range e.Options {
		request[v.Name] = optionValue(v)
	}
	return request
}

func optionValue(v catalogue.Value) any {
	switch v.Name {
	case "variables":
		names := object{}
		for definition := range strings.SplitSeq(v.Text, ";") {
			name, value, _ := strings.Cut(definition, "=")
			names[name] = value
		}
		return names
	case "forms":
		return v.Text == "true"
	}
	return v.Text
}

// requestSchema is a request: the operands by name, or in their order as args, and options.
func requestSchema(o *catalogue.Operation) object {
	properties, required := object{}, []string{}
	for i, x := range o.Operands {
		properties[x.Name] = operandSchema(o, i)
		if x.Default == "" {
			required = append(required, x.Name)
		}
	}
	for i := range o.Options {
		properties[o.Options[i].Name] = optionSchema(&o.Options[i])
	}
	schema := object{"type": "object", "properties": properties, "additionalProperties": false, "required": required}
	if properties["args"] == nil {
		delete(schema, "required")
		properties["args"] = object{"description": "the operands in their order, in place of their names", "type": "array",
			"items": numberSchema, "minItems": o.Required(), "maxItems": len(o.Operands)}
		schema["anyOf"] = []object{{"required": required}, {"required": []string{"args"}}}
	}
	return schema
}

func postOperation(o *catalogue.Operation) object {
	text := "the operands, apart by blanks"
	if o.Operands[0].Expression {
		text = "an expression in each line; the answer has as many lines"
	}
	return object{
		"operationId": o.Name,
		"summary":     o.Summary,
		"requestBody": object{"required": true, "content": object{
			"application/json": object{
				"schema":   anyOf(ref(o.Name), object{"description": "a batch", "type": "array", "items": ref(o.Name), "maxItems": 1000}),
				"examples": requestExamples(o),
			},
			"text/plain": object{"schema": object{"type": "string", "description": text}},
		}},
		"responses": responses(true),
	}
}

func getOperation(o *catalogue.Operation) object {
	var parameters []object
	for i, x := range o.Operands {
		schema := operandSchema(o, i)
		p := object{"name": x.Name, "in": "query", "description": x.Summary, "required": x.Default == "", "schema": schema}
		if o.Variadic {
			p["style"], p["explode"] = "form", false
		}
		parameters = append(parameters, p)
	}
	for i := range o.Options {
		option := &o.Options[i]
		schema := optionSchema(option)
		if option.Type == catalogue.Names {
			schema = object{"type": "string"}
		}
		parameters = append(parameters, object{"name": option.Name, "in": "query", "description": option.Summary, "schema": schema})
	}
	return object{"operationId": o.Name + "ByQuery", "summary": o.Summary, "parameters": parameters, "responses": responses(false)}
}

// llms is the calculator in short, for language models, in the format of llmstxt.org.
func llms() []byte {
	var b strings.Builder
	b.WriteString(`# Calculator

> Exact and correctly rounded arithmetic over HTTP. Every digit shown is right, and each answer says whether it is exact.

POST JSON to a function below; write numbers as strings, since JSON numbers lose digits. The answer is {"result":"…","exact":true} or an
RFC 9457 problem whose detail says what to write instead. For more than one step send one expression to evaluate: it is rounded once, at the end.
Options of all: precision (significant digits, or exact), rounding, notation.

    curl https://HOST/function/evaluate --json '{"expression":"x^2 + sin(pi/6)","variables":{"x":"1/3"},"precision":50}'

## Functions

`)
	for _, o := range catalogue.All {
		if len(o.Operands) == 0 {
			continue
		}
		var names []string
		for _, x := range o.Operands {
			name := x.Name
			if x.Default != "" {
				name += " (or " + x.Default + ")"
			}
			names = append(names, name)
		}
		fmt.Fprintf(&b, "- [%s](/function/%s): %s. Operands: %s\n", o.Name, o.Name, o.Summary, strings.Join(names, ", "))
	}
	b.WriteString(`
## More

- [OpenAPI](/function/dashboard/openapi.json): every operation, option and example
- [Catalogue](/function/dashboard/catalogue.json): the same as data
- [MCP](/function/dashboard/mcp): a Model Context Protocol endpoint with these functions as tools
`)
	return []byte(b.String())
}

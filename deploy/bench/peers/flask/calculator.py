"""An addition in Flask: decimal numbers in and out, in JSON."""

from decimal import Decimal

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.post("/")
def add():
    return jsonify(result=str(sum(Decimal(x) for x in request.get_json()["args"])))

"""Runs lines of Python for a test: each request is JSON with code and variables, each answer JSON with a value or an error."""

import ast
import json
import sys

import celery
from celery import chain, chord, chunks, group, signature
from celery.result import AsyncResult, GroupResult

import celery_app

names = {
    **vars(celery_app),
    "chain": chain,
    "chord": chord,
    "chunks": chunks,
    "group": group,
    "signature": signature,
    "AsyncResult": lambda id: AsyncResult(id, app=celery_app.app),
    "GroupResult": GroupResult,
    "celery": celery,
}


def evaluate(code, variables):
    names.update(variables)
    tree = ast.parse(code)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "test", "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "test", "exec"), names)
    return eval(compile(ast.Expression(last.value), "test", "eval"), names)


print(json.dumps({"value": celery.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"value": evaluate(request["code"], request["variables"])}
    except Exception as error:
        kind = type(error)
        answer = {"error": {"type": kind.__name__, "module": kind.__module__, "args": list(error.args)}}
    print(json.dumps(answer, default=repr), flush=True)

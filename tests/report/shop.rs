//! Two small projects of our own: an application of several services, and a library.

/// A shop: a Python service with routes, tables and messages, a Node service that asks it, a store, a broker, a proxy.
pub const SHOP: &[(&str, &str)] = &[
    (
        "docker-compose.yml",
        "services:\n\
         \x20 proxy: {image: 'nginx:latest', ports: ['80:80'], volumes: ['./nginx.conf:/etc/nginx/nginx.conf']}\n\
         \x20 orders:\n\
         \x20   build: ./orders\n\
         \x20   environment: {DATABASE_URL: 'postgres://u@store/orders', BROKER: 'amqp://queue'}\n\
         \x20   depends_on: [store, queue]\n\
         \x20 web:\n\
         \x20   build: ./web\n\
         \x20   environment: {ORDERS_URL: 'http://orders:8000'}\n\
         \x20   restart: always\n\
         \x20 store: {image: 'postgres:16', volumes: ['data:/var/lib/postgresql/data']}\n\
         \x20 queue: {image: 'rabbitmq:3'}\n\
         volumes: {data: {}}\n",
    ),
    ("nginx.conf", "http {\n  server {\n    listen 80;\n    location / { proxy_pass http://web:3000; }\n  }\n}\n"),
    ("orders/Dockerfile", "FROM python:3.12\nCOPY . .\nEXPOSE 8000\nCMD [\"python\", \"app.py\"]\n"),
    ("orders/requirements.txt", "flask\nsqlalchemy\npika\n"),
    (
        "orders/app.py",
        "\"\"\"Takes orders.\"\"\"\n\
         from flask import Flask\n\
         import pika\n\
         import store\n\n\
         app = Flask(__name__)\n\n\n\
         @app.route('/orders', methods=['POST'])\n\
         def create():\n\
         \x20   order = store.save()\n\
         \x20   channel = pika.BlockingConnection().channel()\n\
         \x20   channel.basic_publish(exchange='', routing_key='orders.created', body=str(order))\n\
         \x20   return {'id': order}\n\n\n\
         @app.route('/orders/<int:number>')\n\
         def show(number):\n\
         \x20   return store.load(number)\n",
    ),
    (
        "orders/store.py",
        "\"\"\"Keeps orders.\"\"\"\n\
         from sqlalchemy import Column, ForeignKey, Integer, String\n\
         from sqlalchemy.orm import declarative_base\n\n\
         Base = declarative_base()\n\n\n\
         class Customer(Base):\n\
         \x20   __tablename__ = 'customers'\n\
         \x20   id = Column(Integer, primary_key=True)\n\
         \x20   name = Column(String)\n\n\n\
         class Order(Base):\n\
         \x20   __tablename__ = 'orders'\n\
         \x20   id = Column(Integer, primary_key=True)\n\
         \x20   customer_id = Column(Integer, ForeignKey('customers.id'))\n\n\n\
         def save():\n\
         \x20   return 1\n\n\n\
         def load(number):\n\
         \x20   return number\n",
    ),
    ("web/Dockerfile", "FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD [\"node\", \"server.js\"]\n"),
    ("web/package.json", "{\n  \"name\": \"web\",\n  \"dependencies\": {\"express\": \"^5\", \"axios\": \"^1\"}\n}\n"),
    (
        "web/server.js",
        "const express = require('express');\n\
         const axios = require('axios');\n\
         const { page } = require('./pages');\n\n\
         const app = express();\n\
         app.get('/', async (request, response) => {\n\
         \x20 const orders = await axios.get(`${process.env.ORDERS_URL}/orders/1`);\n\
         \x20 response.send(page(orders.data));\n\
         });\n\
         app.listen(3000);\n",
    ),
    ("web/pages.js", "// How pages look.\nexports.page = (order) => `<p>${order.id}</p>`;\n"),
    (
        ".github/workflows/ci.yml",
        "name: ci\non: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n\
         \x20 ship:\n    needs: test\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t shop/orders ./orders\n",
    ),
];

/// A library of two packages with a cycle between its files.
pub const LIBRARY: &[(&str, &str)] = &[
    ("Cargo.toml", "[workspace]\nmembers = [\"core\", \"extra\"]\n"),
    ("core/Cargo.toml", "[package]\nname = \"core-lib\"\nversion = \"1.0.0\"\n\n[dependencies]\nserde = \"1\"\n"),
    ("core/src/lib.rs", "//! The heart.\npub mod a;\npub mod b;\n"),
    ("core/src/a.rs", "//! One half.\nuse crate::b::B;\nuse serde::Serialize;\n\npub struct A(pub Option<B>);\n"),
    ("core/src/b.rs", "//! The other half.\nuse crate::a::A;\n\npub struct B(pub Box<A>);\n"),
    (
        "extra/Cargo.toml",
        "[package]\nname = \"extra-lib\"\nversion = \"1.0.0\"\n\n[dependencies]\ncore-lib = { path = \"../core\" }\n",
    ),
    ("extra/src/lib.rs", "//! More.\nuse core_lib::a::A;\n\n/// Makes one.\npub fn make() -> A {\n    A(None)\n}\n"),
];

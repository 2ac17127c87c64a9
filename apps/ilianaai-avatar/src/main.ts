import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { x } from '#contracts';
@Injectable() class S { v = x; }
@Injectable() class T { constructor(readonly s: S) {} }
@Module({ providers: [S, T] })
class M {}
const app = await NestFactory.create(M);
console.log(app.get(T).s.v);

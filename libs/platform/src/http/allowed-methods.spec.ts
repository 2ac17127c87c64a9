import { describe, expect, it } from '@jest/globals';
import express, { type Request, type RequestHandler } from 'express';
import { allowedMethods } from './allowed-methods.js';

const answer: RequestHandler = (_request, response) => {
  response.end();
};

function methodsOn(path: string): string[] {
  const app = express();
  app.use(answer);
  app.post('/v1/sessions/stop', answer);
  app.get('/v1/sessions/:id', answer);
  app.patch('/v1/sessions/:id', answer);
  app.delete('/v1/sessions/:id', answer);
  app.all('/any', answer);
  return allowedMethods({ app, path } as unknown as Request);
}

describe('the methods that a path takes', () => {
  it('are those of every route that matches it, in one order', () => {
    expect(methodsOn('/v1/sessions/s-1')).toEqual(['GET', 'HEAD', 'PATCH', 'DELETE']);
    expect(methodsOn('/v1/sessions/stop')).toEqual(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);
  });

  it('are none where no route matches, where the escape is broken, or beside a middleware', () => {
    expect(methodsOn('/')).toEqual([]);
    expect(methodsOn('/v1/sessions')).toEqual([]);
    expect(methodsOn('/v1/sessions/%E0%A4%A')).toEqual([]);
  });
});

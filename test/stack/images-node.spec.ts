import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { majorOf } from './images-node.js';
import { projectRoot } from './project-root.js';

describe('the Node.js of a Dockerfile', () => {
  it.each([
    ['FROM node:24-bookworm-slim AS base', 24],
    ['# FROM node:18-slim\nFROM node:22.3.0', 22],
    ['ARG A=1\nFROM node:26\nRUN true', 26],
  ])('of %j', (text, major) => {
    expect(majorOf(text)).toBe(major);
  });

  it.each(['', 'FROM debian:12', 'FROM node:lts', 'FROM node'])('is none in %j', (text) => {
    expect(() => majorOf(text)).toThrow('no version of Node.js');
  });

  it('is one that can be installed', () => {
    const text = readFileSync(join(projectRoot, 'Dockerfile'), 'utf8');
    expect(majorOf(text)).toBeGreaterThanOrEqual(22);
  });
});

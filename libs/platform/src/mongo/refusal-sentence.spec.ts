import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { refusalSentence } from './refusal-sentence.js';

const refusal = (code: number, message = 'no') => new mongo.MongoServerError({ code, message });

describe('what a server refuses', () => {
  it.each([
    [refusal(18, 'Authentication failed.'), /user or the password/],
    [refusal(8000, 'bad auth : authentication failed'), /user or the password/],
    [refusal(13, 'not authorized on petya to execute command'), /lacks a right/],
    [refusal(14031, 'available disk space of 1 bytes is less'), /no room/],
    [refusal(8000, 'you are over your space quota, using 513 MB of 512 MB'), /no room/],
  ])('is said where waiting does not mend it: %s', (error, sentence) => {
    expect(refusalSentence(error)).toMatch(sentence);
  });

  it.each([
    refusal(10107, 'not primary'),
    refusal(8000, 'something else'),
    new mongo.MongoNetworkError('no primary'),
    Object.assign(new Error('of another library'), { code: 18 }),
  ])('is not said of what passes: %s', (error) => {
    expect(refusalSentence(error)).toBeNull();
  });
});

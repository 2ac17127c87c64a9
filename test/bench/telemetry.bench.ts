import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { databaseUri } from '../stack/database-uri.js';
import { say } from '../stack/say.js';
import { METRICS_TOKEN, samplesOf } from '../telemetry/scrape.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { DATABASE_NAME } from './rest/apps.js';
import { compare, ratios, ratiosOfMeans } from './rest/closed-loop.js';
import type { Call, LoadResult } from './rest/load.js';
import { PEER_KEYS } from './rest/peers.js';
import { startRestWorld } from './rest/world.js';
import { runningSession } from './running-session.js';

/*
 * What it costs to be watched: the same call of the same app with metrics and without, in turn, and a
 * scrape while very many sessions run and after strangers have called whatever they like.
 */
const OFF = 'metrics off';
const AGAIN = 'metrics off, again';
const ON = 'metrics on';
/** Each of so many rounds as others have: what differs by little wants many. */
const TIMES = isQuick ? 1 : 4;
const AT_LEAST = 0.97;

const LIVE = 10_000;
const SCRAPES = isQuick ? 10 : 60;
const SCRAPE_AT_MOST_MS = 50;
/** Often enough that some scrapes meet numbers that are just being read. */
const SCRAPE_EVERY_MS = 500;

const STRANGERS = isQuick ? 500 : 3_000;
const SERIES_AT_MOST = 2_000;

const world = await startRestWorld(
  [{ name: OFF }, { name: AGAIN }, { name: ON, env: { METRICS_TOKEN } }],
  [],
);
measuredOn(world.database.description);
const url = `http://127.0.0.1:${world.target(ON).port}`;
try {
  await reportCalls();
  await reportScrapes();
  await reportSeries();
} finally {
  await world.stop();
}
process.exit();

async function reportCalls(): Promise<void> {
  say('\n50 connections, somebody scrapes every five seconds');
  const call: Call = {
    path: '/v1/streaming.interrupt',
    body: {},
    sessions: world.sessions,
    keys: PEER_KEYS,
    expected: '"status":"success"',
  };
  const scraping = setInterval(() => void scrape().catch(() => undefined), 5_000);
  const contestants = [OFF, ON, AGAIN].map((name) => ({ name, call }));
  const results = new Map<string, LoadResult[]>([
    [OFF, []],
    [AGAIN, []],
    [ON, []],
  ]);
  for (let time = 0; time < TIMES; time += 1) {
    for (const [name, rounds] of await compare(world, contestants, 50)) {
      results.get(name)?.push(...rounds);
    }
  }
  clearInterval(scraping);
  const tell = (figure: string, member: 'perSecond' | 'cpuMicros', aim: object) => {
    const rounds = ratiosOfMeans(results, [[ON], [OFF, AGAIN]], member);
    const raw = Object.fromEntries(results);
    report({
      question: 'telemetry',
      figure,
      value: median(rounds),
      unit: '×',
      rounds,
      raw,
      ...aim,
    });
  };
  tell('proxied calls with metrics ÷ without', 'perSecond', { atLeast: AT_LEAST });
  tell('CPU of a proxied call with metrics ÷ without', 'cpuMicros', {});
  const alike = ratios(results, [AGAIN, OFF]);
  const figure = 'the same without metrics ÷ without: how exact that is';
  report({ question: 'telemetry', figure, value: median(alike), unit: '×', rounds: alike });
}

/** @returns the text, and how long it took in milliseconds */
async function scrape(): Promise<{ text: string; ms: number }> {
  const began = performance.now();
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const answer = await fetch(`${url}/metrics`, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`The scrape was answered ${answer.status}.`);
  return { text, ms: performance.now() - began };
}

async function reportScrapes(): Promise<void> {
  say(`\n${LIVE.toLocaleString('en')} live sessions`);
  const uri = databaseUri(world.database.uri, DATABASE_NAME);
  const connection = await mongoose.createConnection(uri).asPromise();
  const sessions = connection.collection<{ _id: string }>('sessions');
  for (let from = 0; from < LIVE; from += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, index) => runningSession(from + index));
    await sessions.insertMany(some.map(toDocument));
  }
  await connection.close();
  const isSeen = async () => /state="active"\} \d{5,}/.test((await scrape()).text);
  while (!(await isSeen())) await delay(SCRAPE_EVERY_MS);
  const rounds: number[] = [];
  while (rounds.length < SCRAPES) {
    rounds.push((await scrape()).ms);
    await delay(SCRAPE_EVERY_MS);
  }
  const question = 'telemetry';
  const figure = `a scrape with ${LIVE.toLocaleString('en')} live sessions`;
  const atMost = SCRAPE_AT_MOST_MS;
  report({ question, figure, value: median(rounds), unit: 'ms', rounds, atMost });
  const slowest = Math.max(...rounds);
  report({ question, figure: `the slowest of ${SCRAPES} of them`, value: slowest, unit: 'ms' });
}

async function reportSeries(): Promise<void> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
  const known = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, 'of-nobody'));
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  const headers: Record<string, string>[] = [
    {},
    { 'x-api-key': 'SE_of_nobody' },
    { 'x-api-key': 'x' },
  ];
  const ask = async (number: number): Promise<void> => {
    const path = number % 2 === 0 ? known[(number / 2) % known.length] : `/strange/${number}`;
    const method = methods[number % methods.length] ?? 'GET';
    const answer = await fetch(`${url}${path}`, { method, headers: headers[number % 3] ?? {} });
    await answer.arrayBuffer();
  };
  for (let number = 0; number < STRANGERS; number += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => ask(number + index)));
  }
  const { text } = await scrape();
  report({
    question: 'telemetry',
    figure: `series after ${STRANGERS.toLocaleString('en')} calls of strangers`,
    value: samplesOf(text).length,
    unit: '',
    atMost: SERIES_AT_MOST,
  });
}

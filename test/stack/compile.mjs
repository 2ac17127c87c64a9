import { compile, endWith, requireNode } from './prepare.mjs';

try {
  requireNode();
  await compile();
} catch (error) {
  endWith(error);
}

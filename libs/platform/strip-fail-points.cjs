'use strict';
// A plugin of the Nest CLI's TypeScript builder: production builds hold no fail point, neither a
// call nor a name. `nest-cli.json` names it; the development tree is compiled by plain `tsc`.
const ts = require('typescript');

/** @returns {import('typescript').TransformerFactory<import('typescript').SourceFile>} */
exports.before = () => (context) => (file) => {
  if (/[/\\]fail-point\.ts$/.test(file.fileName)) {
    return context.factory.updateSourceFile(file, [
      context.factory.createExportDeclaration(
        undefined,
        false,
        context.factory.createNamedExports([]),
      ),
    ]);
  }
  const visit = (node) => (isFailPoint(node) ? undefined : ts.visitEachChild(node, visit, context));
  return ts.visitEachChild(file, visit, context);
};

/**
 * `await failPoint(…);`, `void failPoint(…);` and the import of it. The compiler takes types out of
 * the imports that it has read and of no changed one, so they go with it.
 */
function isFailPoint(node) {
  if (ts.isImportSpecifier(node)) {
    const isChanged = node.parent.elements.some(({ name }) => name.text === 'failPoint');
    return node.name.text === 'failPoint' || (isChanged && node.isTypeOnly);
  }
  if (!ts.isExpressionStatement(node)) return false;
  const inner = ts.isAwaitExpression(node.expression) || ts.isVoidExpression(node.expression);
  const call = inner ? node.expression.expression : node.expression;
  return (
    ts.isCallExpression(call) &&
    ts.isIdentifier(call.expression) &&
    call.expression.text === 'failPoint'
  );
}

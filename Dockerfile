# Both apps and the local tools from one file:
#   docker build --target app --build-arg APP=ilianaai-avatar .
#   docker build --target app --build-arg APP=petya-avatar-api .
FROM node:24-bookworm-slim AS base
WORKDIR /app

# What the apps need at run time, nothing else. No install script of a package is ever run.
FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# The simulated vendor, the customer's page and the demo account.
FROM build AS tools
RUN node test/stack/compile.mjs
# Where the demo account leaves the shop's secret key; a volume takes its owner from here.
RUN mkdir /keys && chown node /keys
USER node

FROM base AS app
ARG APP
ENV NODE_ENV=production APP=${APP}
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/dist dist
COPY --from=build /app/test/stack/is-healthy.mjs ./
USER node
# What V8 makes of every module, made here once: Node keeps it by its own version and by user, and a
# start loads a fourth faster.
ENV NODE_COMPILE_CACHE=/home/node/compile-cache
RUN ["sh", "-c", "exec node --input-type=module -e \"await import('/app/dist/apps/$APP/src/app.module.js')\""]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "is-healthy.mjs"]
# `exec`: Node itself is the process that gets SIGTERM and drains.
CMD ["sh", "-c", "exec node dist/apps/$APP/src/main.js"]

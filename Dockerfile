# One image for web, worker, beat and migrate; docker-compose.yml says which does what.

FROM node:22-slim AS assets
WORKDIR /build
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
COPY --from=assets /build/node_modules assets/node_modules
# Collecting reads settings but no server; the values are never kept.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    python manage.py collectstatic --no-input \
 && useradd --system --uid 999 recall-desk \
 && install --directory --owner recall-desk --mode 700 var
USER recall-desk
EXPOSE 8000
CMD ["gunicorn", "callcenter.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8"]

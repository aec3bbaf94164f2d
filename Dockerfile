# The grader in a container that runs with Docker's default profile, as an ordinary user and without extra rights:
#   docker build -t convnet-grader .
#   docker run --rm -v "$PWD/submissions:/submissions:ro" -v "$PWD/results:/results" convnet-grader
# That profile forbids user namespaces: Landlock, seccomp and resource limits hold inside (level "restricted"; see
# docs/security.md for what that leaves open, and `docker run … convnet-grader doctor` for what your host gives).
FROM python:3.12-slim

RUN useradd --create-home --uid 1000 grader && mkdir /results && chown grader /results
WORKDIR /course
COPY pyproject.toml README.md LICENSE course.yaml ./
COPY grader grader
COPY solutions solutions
COPY exercises exercises
RUN pip install --no-cache-dir --editable .

USER grader
ENV GRADER_COURSE=/course/course.yaml
ENTRYPOINT ["grader"]
CMD ["grade", "/submissions", "--out", "/results"]

# What the programs of this directory have in common; read by them, not run by itself.
# Finds a JDK 25 or later, builds what is missing or older than its sources, and becomes the
# program, so that signals reach it. Flags for the JVM: JDK_JAVA_OPTIONS.
#
# Before 'launch', a program sets:
#   program   its name, for messages
#   root      the top of the repository
#   module    the Maven module that leaves its class path in target/lib, and there the file 'built'
#   sources   the modules that it is built from

fail() {
  echo "$program: $*" >&2
  exit 1
}

# The feature release (25) of the JDK in $1, or nothing.
release_of() {
  [ -x "$1/bin/java" ] || return 0
  if [ -f "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'
  fi
}

# The home of the java that PATH finds.
home_on_path() {
  local java target
  java=$(command -v java) || return 0
  while [ -L "$java" ]; do
    target=$(readlink "$java")
    case $target in
      /*) java=$target ;;
      *) java=$(dirname "$java")/$target ;;
    esac
  done
  (cd "$(dirname "$java")/.." && pwd -P)
}

find_jdk() {
  local home release
  for home in "${JAVA_HOME:-}" "$(home_on_path)" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/root}"/.jdks/* \
    "${SDKMAN_DIR:-${HOME:-/root}/.sdkman}"/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*; do
    [ -n "$home" ] || continue
    release=$(release_of "$home")
    if [ -n "$release" ] && [ "$release" -ge 25 ]; then
      echo "$home"
      return
    fi
  done
}

# Whether a source is newer than the last build.
is_stale() {
  local built=$root/$module/target/lib/built directories=() source
  [ -f "$built" ] || return 0
  [ -f "$root/pom.xml" ] || return 1
  for source in $sources; do
    directories+=("$root/$source")
  done
  [ -n "$(find "$root/pom.xml" "${directories[@]}" \
    \( -name target -o -name test \) -prune -o -type f \( -path '*/src/main/*' -o -name pom.xml \) \
    -newer "$built" -print 2>/dev/null | head -n 1)" ]
}

build() {
  command -v mvn >/dev/null || fail "Maven is needed to build: install mvn 3.8 or later"
  local lock=$root/$module/target/building log=$root/$module/target/build.log holder
  mkdir -p "$root/$module/target"
  until mkdir "$lock" 2>/dev/null; do # another start builds already
    holder=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$lock"; fi
    sleep 1
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  if is_stale; then
    echo "$program: building, about a minute the first time" >&2
    (cd "$root" && JAVA_HOME=${JAVA_HOME:-$jdk} \
      mvn -q -B -Dmaven.test.skip=true -pl "$module" -am package) >"$log" 2>&1 || {
      cat "$log" >&2
      fail "the build failed, see above"
    }
  fi
  rm -rf "$lock"
  trap - EXIT
}

# launch JVM-FLAGS... MAIN-CLASS ARGUMENTS...
launch() {
  local jdk
  jdk=$(find_jdk)
  [ -n "$jdk" ] || fail "no JDK 25 or later found: install one, such as temurin-25-jdk, or set JAVA_HOME to it"
  if is_stale; then build; fi
  exec "$jdk/bin/java" -cp "$root/$module/target/lib/*" "$@"
}

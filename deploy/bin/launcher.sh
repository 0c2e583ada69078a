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
  local line
  [ -x "$1/bin/java" ] || return 0
  if [ -f "$1/release" ]; then
    while read -r line || [ -n "$line" ]; do
      case $line in
        JAVA_VERSION=\"*)
          line=${line#*\"}
          echo "${line%%[!0-9]*}"
          ;;
      esac
    done <"$1/release"
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

# Waits until no other start holds the lock in $1, and holds it until this one ends or releases it.
lock() {
  local holder
  mkdir -p "$(dirname "$1")"
  until mkdir "$1" 2>/dev/null; do
    holder=$(cat "$1/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$1"; fi
    sleep 1
  done
  echo $$ >"$1/pid"
  held=$1
  trap release EXIT
}

release() {
  rm -rf "$held"
  trap - EXIT
}

build() {
  command -v mvn >/dev/null || fail "Maven is needed to build: install mvn 3.8 or later"
  local log=$root/$module/target/build.log
  lock "$root/$module/target/building"
  if is_stale; then # another start may have built it
    echo "$program: building, about a minute the first time" >&2
    (cd "$root" && JAVA_HOME=${JAVA_HOME:-$jdk} \
      mvn -q -B -Dmaven.test.skip=true -pl "$module" -am package) >"$log" 2>&1 || {
      cat "$log" >&2
      fail "the build failed, see above"
    }
  fi
  release
}

# What the JVM loads and compiles in its first seconds, kept for later starts (JEP 514). Without it
# a program runs as well, but begins more slowly.
train() {
  local scratch=$root/$module/target/training log=$root/$module/target/training.log
  lock "$root/$module/target/trainer"
  if ! [ -f "$cache" ]; then
    echo "$program: learning to start quickly with this JVM, once, some seconds" >&2
    rm -rf "$scratch" "$root/$module"/target/aot-*
    mkdir -p "$scratch"
    if (unset JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS
      "$jdk/bin/java" -XX:AOTCacheOutput="$cache.next" -cp "$root/$module/target/lib/*" "$@" \
        train --data "$scratch/data") >"$log" 2>&1; then
      mv "$cache.next" "$cache"
    else
      echo "$program: that failed, see $log; it starts all the same" >&2
      : >"$cache" # not tried again with this JVM and this build
    fi
    rm -rf "$scratch" "$cache.next"
  fi
  release
}

# launch JVM-FLAGS... MAIN-CLASS ARGUMENTS...
launch() {
  prepare
  exec "$jdk/bin/java" -cp "$root/$module/target/lib/*" "$@"
}

# launch_trained ARGUMENTS OF THE PROGRAM... -- JVM-FLAGS... MAIN-CLASS
# The main class has a command train, whose run shows the JVM what a start needs.
launch_trained() {
  local arguments=() cache
  while [ "$1" != -- ]; do
    arguments+=("$1")
    shift
  done
  shift
  prepare
  cache=$root/$module/target/aot-$(cksum <"$jdk/release" | tr ' ' -)
  if [ "$cache" -ot "$root/$module/target/lib/built" ]; then rm -f "$cache"; fi
  if ! [ -f "$cache" ] && [ -w "$root/$module/target" ]; then train "$@"; fi
  if [ -s "$cache" ]; then
    # A flag of JDK_JAVA_OPTIONS that the cache does not go with only makes the start slower.
    set -- -XX:AOTCache="$cache" -Xlog:aot=off -Xlog:cds=off "$@"
  fi
  exec "$jdk/bin/java" -cp "$root/$module/target/lib/*" "$@" "${arguments[@]}"
}

# Finds the JDK, and builds what is to be built.
prepare() {
  jdk=$(find_jdk)
  [ -n "$jdk" ] || fail "no JDK 25 or later found: install one, such as temurin-25-jdk, or set JAVA_HOME to it"
  if is_stale; then build; fi
}

package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as a whole. */
class MeridianctlTest {

  @Test
  void explainsItselfWithoutACommand() {
    Ran nothing = Ran.of();
    Ran noun = Ran.of("tag");

    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("Nouns:", "raft", "doctor", "3   unreachable");
    assertThat(noun.code()).isEqualTo(2);
    assertThat(noun.err()).contains("meridianctl tag", "Verbs:", "restore");
  }

  @Test
  void explainsAVerbWithExamples() {
    Ran ran = Ran.of("tag", "set", "--help");

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Examples:", "meridianctl tag set demo/app:live@sha256:1f0c... --expect sha256")
        .contains("--server=HOST:PORT", "--timeout=DURATION", "--output=FORMAT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "repo lst | Unmatched argument",
        "repo list --limit 0 | \"0\" is not a number from 1 on",
        "repo list --timeout 10 | \"10\" is not a duration: expected a number and a unit",
        "repo list --timeout 0s | \"0s\" is not a duration",
        "repo list -o xml | \"xml\" is not a format: expected table, json or yaml",
        "repo list --server 127.0.0.1 | \"127.0.0.1\" is not an address: expected HOST:PORT",
        "repo show | Missing required parameter: 'REPO'",
        "raft add nowhere | \"nowhere\" is not an address",
        "raft promote EU | region \"EU\" is not valid",
        "tag show demo/app | expected REPO:TAG, such as demo/app:1",
      })
  void refusesWrongUsage(String arguments, String message) {
    Ran ran = Ran.of(arguments.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("meridianctl: ").contains(message);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void takesTheServerOfTheEnvironment() {
    String closed = FakeServer.closedPort();
    String other = FakeServer.closedPort();

    assertThat(Ran.with(Map.of("MERIDIAN_SERVER", closed), "repo", "list").err())
        .contains("cannot reach a metadata server at " + closed);
    assertThat(Ran.with(Map.of("MERIDIAN_SERVER", closed), "repo", "list", "--server", other).err())
        .contains("cannot reach a metadata server at " + other);
    Ran wrong = Ran.with(Map.of("MERIDIAN_SERVER", "here"), "repo", "list");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("MERIDIAN_SERVER: \"here\" is not an address");
  }

  @Test
  void completesNounsVerbsAndOptions() {
    Ran ran = Ran.of("completion");

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("_picocli_meridianctl_tag_restore", "--expect", "table")
        .contains("complete -F _complete_meridianctl");
  }
}

package dev.meridian.node.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.node.limits.LimitSettings.Classes;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnerLedgerTest {

  private final RateLimits limits =
      new RateLimits(
          new LimitSettings(
              Classes.NONE,
              new Classes(Optional.of(new RateLimit(100, Duration.ofHours(1))), Optional.empty()),
              Optional.empty()),
          () -> 0,
          new SimpleMeterRegistry());
  private final OwnerLedger ledger = new OwnerLedger(limits);

  @Test
  void answersWithWhatIsLeftLineByLine() {
    assertThat(
            ledger.answer(
                """
                limits 1 us-east-1 7
                pulls account 3 97 first alice
                requests account 4 96 first alice
                pulls address 4 96 first 192.0.2.1
                pulls account 2 1 again bob
                pulls account -5 95 again alice
                """))
        .isEqualTo("97\n-\n-\n1\n100\n");
    assertThat(ledger.answer("limits 1 us-east-2 1\npulls account 150 0 again alice\n"))
        .isEqualTo("-50\n");
    assertThat(ledger.answer("limits 1 us-east-2 2\n")).isEmpty();
  }

  @Test
  void countsABatchOnceAndNoneThatComesLate() {
    String batch = "limits 1 us-east-1 7\npulls account 3 97 first alice\n";
    assertThat(ledger.answer(batch)).isEqualTo("97\n");
    assertThat(ledger.answer(batch)).isEqualTo("97\n");
    assertThat(ledger.answer(batch.replace("1 7", "1 8"))).isEqualTo("94\n");
    assertThat(ledger.answer(batch)).isEqualTo("94\n");
    assertThat(ledger.answer(batch.replace("east-1", "east-2"))).isEqualTo("91\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "limits 1 us-east-1 7",
        "limits 2 us-east-1 7\npulls account 3 97 first alice\n",
        "limits 1  7\npulls account 3 97 first alice\n",
        "limits 1 us-east-1 -7\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls account 3 97 first\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls account 3 97 first alice",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\nPULLS account 3 97 first alice\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls group 3 97 first alice\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls account x 97 first alice\n",
        "limits 1 us-east-1 7\n"
            + "pulls account 3 97 first bob\n"
            + "pulls account 999999999999 9 first a\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls account 3 97 never alice\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\npulls account 3 97 first a b\n",
        "limits 1 us-east-1 7\npulls account 3 97 first bob\n\n",
        "{\"limits\": 1}\n"
      })
  void refusesWhatIsNoReportAndCountsNothing(String text) {
    assertThatThrownBy(() -> ledger.answer(text))
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID));

    assertThat(limits.all()).isEmpty();
    assertThat(ledger.answer("limits 1 us-east-1 7\npulls account 3 97 first alice\n"))
        .isEqualTo("97\n");
  }

  @Test
  void refusesLongNamesAndTooManyLines() {
    String line = "pulls account 3 97 first bob\n";
    String head = "limits 1 us-east-1 7\n";
    for (String text :
        List.of(
            head + line + "pulls account 3 97 first " + "a".repeat(129) + "\n",
            head + line.repeat(SettlementText.MOST_LINES + 1))) {
      assertThatThrownBy(() -> ledger.answer(text)).isInstanceOf(PeerRefusedException.class);
    }
    assertThat(limits.all()).isEmpty();
  }

  @Test
  void theLongestReportIsUnderOneMebibyte() {
    SettlementText.Line longest =
        new SettlementText.Line(
            new Allowance.Id(LimitClass.REQUESTS, LimitKey.account("a".repeat(128))),
            -16_000_000_000L,
            -16_000_000_000L,
            true);
    String text =
        SettlementText.format(
            new SettlementText.Report(
                "n".repeat(200),
                Long.MAX_VALUE / 10,
                Collections.nCopies(SettlementText.MOST_LINES, longest)));

    assertThat(text.length()).isLessThan(1 << 20);
    assertThat(SettlementText.parse(text).lines()).hasSize(SettlementText.MOST_LINES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1\n", "1\n2\n3\n", "1\nx\n", "1\n2", "1\n\n", "1\n999999999999\n"})
  void refusesAnswersThatAreNone(String text) {
    assertThatThrownBy(() -> SettlementText.parseAnswer(text, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(SettlementText.parseAnswer("-\n-7\n", 2))
        .containsExactly(OptionalLong.empty(), OptionalLong.of(-7));
  }
}

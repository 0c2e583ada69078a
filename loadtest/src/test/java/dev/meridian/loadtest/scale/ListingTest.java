package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListingTest {

  private static final int SIZE = 250;

  private final Listing listing = Listing.tags(SIZE);
  private ScriptedServer server;
  private OciClient client;
  private volatile String requested = "";
  private volatile int first;
  private volatile int end;

  @BeforeEach
  void start() throws IOException {
    server =
        new ScriptedServer(path -> {
          requested = path;
          return ScriptedServer.Answer.of(
              IntStream.range(first, end)
                  .mapToObj(number -> '"' + Content.tag(number).value() + '"')
                  .collect(Collectors.joining(",", "{\"tags\":[", "]}")));
        });
    client = new OciClient(server.origin(), new Authorizer(Optional.empty()));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void readsTheFirstTheMiddleAndTheLastPage() throws IOException {
    assertThat(listing.pages())
        .containsExactly(
            new Listing.Page("first", 0),
            new Listing.Page("middle", 125),
            new Listing.Page("last", 150));

    first = 0;
    end = 100;
    assertThat(listing.read(client, listing.pages().getFirst())).isPositive();
    assertThat(requested).isEqualTo("/v2/scale/r0000000000/tags/list?n=100");

    first = 150;
    end = SIZE;
    assertThat(listing.read(client, listing.pages().getLast())).isPositive();
    assertThat(requested).isEqualTo("/v2/scale/r0000000000/tags/list?n=100&last=v0000000149");
  }

  @Test
  void failsOnAnotherPage() {
    first = 0;
    end = 99;
    assertThatThrownBy(() -> listing.read(client, listing.pages().getFirst()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the first page of tags is [v0000000000, ");
  }
}

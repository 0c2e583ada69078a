package dev.meridian.loadtest.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private static final int NO_ANSWER_MS = 200;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Network network = new Network(Set.of("a", "b", "c"));
  private ServerSocket server;
  private int port;

  @BeforeEach
  void startEcho() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    threads.submit(() -> {
      while (true) {
        Socket accepted = server.accept();
        threads.submit(() -> echo(accepted));
      }
    });
    port = network.reach("a", "b", server.getLocalPort());
  }

  private static Void echo(Socket socket) throws IOException {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
      return null;
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    network.close();
    threads.shutdownNow();
  }

  @Test
  void carriesBytesInOrderAndTheEnd() throws Exception {
    byte[] sent = new byte[20 << 20];
    new Random(1).nextBytes(sent);
    try (Socket client = connect()) {
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(() -> all(client), threads);
      client.getOutputStream().write(sent);
      client.shutdownOutput();
      assertThat(received.get()).isEqualTo(sent);
    }
  }

  @Test
  void holdsWhatTravelsOverACutAndDeliversItAfterwards() throws IOException {
    try (Socket open = connect()) {
      assertThat(answer(open, 1)).isEqualTo(1);
      network.isolate("b");
      open.getOutputStream().write(2);
      assertSilence(open);
      try (Socket opened = connect()) {
        opened.getOutputStream().write(3);
        assertSilence(opened);
        network.heal();
        assertThat(opened.getInputStream().read()).isEqualTo(3);
      }
      assertThat(open.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void cutsOneDirectionOfTwo() throws IOException {
    int backwards = network.reach("b", "a", server.getLocalPort());
    try (Socket requests = connect();
        Socket replies = new Socket(InetAddress.getLoopbackAddress(), backwards)) {
      assertThat(answer(requests, 1)).isEqualTo(1);
      assertThat(answer(replies, 1)).isEqualTo(1);
      network.cut("a", "b");
      requests.getOutputStream().write(2);
      replies.getOutputStream().write(2);
      assertSilence(requests);
      assertSilence(replies);
      network.heal();
      assertThat(requests.getInputStream().read()).isEqualTo(2);
      assertThat(replies.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void leavesOtherLinksAlone() throws IOException {
    network.isolate("c");
    network.cut("b", "c");
    try (Socket client = connect()) {
      assertThat(answer(client, 1)).isEqualTo(1);
    }
  }

  @Test
  void cutsARegionFromConnectionsOfUnknownOrigin() throws IOException {
    int elsewhere = network.reachFromElsewhere("b", server.getLocalPort());
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), elsewhere)) {
      assertThat(answer(client, 1)).isEqualTo(1);
      network.isolate("b");
      client.getOutputStream().write(2);
      assertSilence(client);
    }
  }

  @Test
  void takesTheDelayOfBothDirections() throws IOException {
    network.delay(Duration.ofMillis(60));
    try (Socket client = connect()) {
      long start = System.nanoTime();
      assertThat(answer(client, 1)).isEqualTo(1);
      assertThat(System.nanoTime() - start).isGreaterThan(120_000_000);
    }
  }

  @Test
  void endsAConnectionWhoseServerIsNotThere() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    try (Socket client =
        new Socket(InetAddress.getLoopbackAddress(), network.reach("a", "b", nobody))) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static int answer(Socket socket, int sent) throws IOException {
    socket.getOutputStream().write(sent);
    return socket.getInputStream().read();
  }

  private static void assertSilence(Socket socket) throws IOException {
    socket.setSoTimeout(NO_ANSWER_MS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(0);
  }

  private static byte[] all(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("the connection broke", e);
    }
  }
}

package dev.meridian.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks once a day when the certificate in use ends, and warns while that is soon. */
final class ExpiryWatch implements AutoCloseable {

  /** So long before its end somebody should know, or in the last third of a shorter life. */
  static final Duration SOON = Duration.ofDays(14);

  private static final int PARTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
  private static final Duration PERIOD = Duration.ofDays(1);

  private final TlsFile file;
  private final Supplier<X509Certificate> inUse;
  private final Thread thread;

  private ExpiryWatch(TlsFile file, Supplier<X509Certificate> inUse) {
    this.file = file;
    this.inUse = inUse;
    this.thread = Thread.ofVirtual().name("certificate-expiry").unstarted(this::run);
  }

  /**
   * Begins to look, at once.
   *
   * @param file where its successor is to be
   * @param inUse the certificate that is presented at the moment
   */
  static ExpiryWatch start(TlsFile file, Supplier<X509Certificate> inUse) {
    ExpiryWatch watch = new ExpiryWatch(file, inUse);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        warning(file, inUse.get(), Instant.now()).ifPresent(LOG::warn);
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      LOG.debug("the end of {} is not watched any more", file.path());
    }
  }

  /** What is to be said of a certificate that ends soon, or has ended. */
  static Optional<String> warning(TlsFile file, X509Certificate certificate, Instant now) {
    Instant end = end(certificate);
    Duration part = Duration.between(certificate.getNotBefore().toInstant(), end).dividedBy(PARTS);
    return now.plus(part.compareTo(SOON) < 0 ? part : SOON).isBefore(end)
        ? Optional.empty()
        : Optional.of(
            "the certificate of "
                + file.setting()
                + (end.isBefore(now)
                    ? " has expired at " + end
                    : " expires at "
                        + end
                        + ", in "
                        + Duration.between(now, end).toDays()
                        + " days")
                + ": put another into "
                + file.path()
                + ", it is taken over without a restart");
  }

  /** Seconds until a certificate ends; negative afterwards. */
  static double secondsLeft(X509Certificate certificate) {
    return Duration.between(Instant.now(), end(certificate)).toSeconds();
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

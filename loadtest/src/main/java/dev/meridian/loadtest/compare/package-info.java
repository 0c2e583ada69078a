/** Meridian and another registry, started side by side for a comparison. */
package dev.meridian.loadtest.compare;

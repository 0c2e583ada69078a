/** What is done to a registry, one class for each kind of work. */
package dev.meridian.loadtest.scenario;

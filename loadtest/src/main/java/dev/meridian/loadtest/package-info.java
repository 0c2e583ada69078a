/** The load tester's command line: a client of any registry, which sees no server's insides. */
package dev.meridian.loadtest;

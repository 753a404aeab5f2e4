"""The boundary between the judge and untrusted student code: values cross, never verdicts."""

"""Our count of SMS segments held against that of npm sms-segments-calculator, by Twilio."""

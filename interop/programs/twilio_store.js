// The stateful server of npm twillio-sms-mock on the loopback interface; its own start() listens on
// every interface. Usage: node twilio_store.js PORT
'use strict';
const { TwillioMockServer } = require('twillio-sms-mock');

const server = new TwillioMockServer({ enableCors: false });
server.getApp().listen(Number(process.argv[2]), '127.0.0.1', () => {
  process.stdout.write(JSON.stringify({ event: 'ready' }) + '\n');
});

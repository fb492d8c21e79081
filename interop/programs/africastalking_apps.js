// Callback applications that others wrote, answering our simulated network: the USSD middleware of
// npm africastalking, and npm ussd-menu-builder. Usage: node africastalking_apps.js PORT
'use strict';
const express = require('express');
const AfricasTalking = require('africastalking')({ username: 'sandbox', apiKey: 'none' });
const UssdMenu = require('ussd-menu-builder');

const tell = (event, data) => process.stdout.write(JSON.stringify({ event, ...data }) + '\n');
const app = express();

app.use('/sdk', new AfricasTalking.USSD((params, next) => {
  const inputs = params.text.split('*');
  if (params.text === '') next({ response: '1.Паспорт\n2.Үнэмлэх', endSession: false });
  else if (inputs.length === 1) next({ response: 'Дугаар?', endSession: false });
  else next({ response: `Дугаар ${inputs[1]}, ${params.phoneNumber}`, endSession: true });
}));

const menu = new UssdMenu();
menu.startState({ run: () => menu.con('1.Паспорт\n2.Үнэмлэх'), next: { 1: 'number' } });
menu.state('number', { run: () => menu.con('Дугаар?'), next: { '*\\d+': 'end' } });
menu.state('end', { run: () => menu.end(`Дугаар ${menu.val}`) });
app.post('/menu', express.urlencoded({ extended: false }), async (request, response) => {
  response.type('text/plain').send(await menu.run(request.body));
});

app.post('/sms', express.urlencoded({ extended: false }), (request, response) => {
  tell('sms', { form: request.body });
  response.end();
});
app.post(['/sdk/events', '/menu/events', '/sms/reports'], (request, response) => response.end());

app.listen(Number(process.argv[2]), '127.0.0.1', () => tell('ready', {}));
